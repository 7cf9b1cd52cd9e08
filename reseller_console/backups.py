"""A backup of the database and its way back, by PostgreSQL's own programs.

A restored database sends nothing that may have been sent before: what waited in the outbox when
the backup was made is set aside, and what fell due since then counts as told.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from psycopg import sql

from authorizations.invariants import broken
from authorizations.models import Notice
from authorizations.night.notices import take_as_told
from authorizations.night.run import recompute_standing
from notifications.actions import set_waiting_aside
from reseller_console.lib import limits, privileges
from reseller_console.tenancy.models import Reseller

Say = Callable[[str], None]

# Every cluster has one of these to connect to while a database is made.
MAINTENANCE = ("postgres", "template1")
RESTORED = "Restored from a backup: it may have gone out before. Send it again if it has not."


class Refused(Exception):
    """Why nothing was saved or restored, as a sentence."""


def backup(file: Path, *, say: Say) -> None:
    """Write the whole database into a new file that only its owner can read.

    Raises Refused; then there is no file.
    """
    if file.exists():
        raise Refused(f"{file} is there already; a backup never replaces another.")
    dump = _program("pg_dump")
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        with open(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
            _run([dump, "--format=custom", _address()], stdout=out.fileno())
        unfinished.rename(file)
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror}.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    say(f"{file}: {file.stat().st_size:,} bytes. CONSOLE_SECRET_KEY is not in it; keep it apart.")


def restore(file: Path, *, replace: bool, say: Say) -> list[str]:
    """Restore a backup into the database of this process; return what is broken in it.

    The database is made from `template0` where there is none, and has to be empty. With `replace`
    one that is not is kept under another name. Raises Refused, also when something fails later:
    then the database is empty or half done, and never open to the application role.
    """
    program = _program("pg_restore")
    if not file.is_file():
        raise Refused(f"There is no file {file}.")
    _run([program, "--list", str(file)], stdout=subprocess.DEVNULL)
    _empty_database(replace=replace, say=say)
    _refuse_application()
    with connection.cursor() as cursor:
        privileges.withhold_defaults(cursor)
    say(f"Restoring {file} ...")
    # Neither owners nor privileges of the backup: `migrate` sets what holds today. Until then
    # the application role may read nothing, so that no worker finds an email.
    options = ("--no-owner", "--no-privileges", "--no-comments", "--exit-on-error")
    _run([program, *options, "--single-transaction", f"--dbname={_address()}", str(file)])
    return finish(say=say)


def finish(*, say: Say) -> list[str]:
    """Make a database safe that was restored a moment ago; return what is broken in it.

    As the owner, before any worker may read it. Raises Refused for the application role.
    """
    _refuse_application()
    aside = set_waiting_aside(RESTORED)
    call_command("migrate", interactive=False, verbosity=0)
    # The next session has the limits of the database.
    _leave()
    told = _count_as_told()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("ANALYZE")
        cursor.execute("RESET statement_timeout")
    say(f"{aside:,} emails that waited are set aside, {told:,} notices count as told.")
    return broken()


def _refuse_application() -> None:
    if privileges.current_user() == settings.DATABASE_APP_ROLE and not settings.DATABASE_ONE_ROLE:
        raise Refused("A backup is restored as the owner: set DATABASE_OWNER_URL.")


def _count_as_told() -> int:
    """Record what is owed by today without telling anybody; return how many notices it is.

    What is owed follows from the rows as a night leaves them, so its first step comes before.
    """
    told = 0
    with limits.own("night"):
        for reseller in Reseller.objects.select_related("program"):
            day = reseller.day()
            recompute_standing(reseller, day)
            told += take_as_told(reseller, day=day)
            waiting = Notice.objects.untold().filter(reseller=reseller)
            told += waiting.update(digested_on=day.today)
    return told


def _empty_database(*, replace: bool, say: Say) -> None:
    """See to an empty database of the name this process works in."""
    name = str(connection.settings_dict["NAME"])
    try:
        with _maintenance() as link:
            found = link.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
            there = found is not None
            if there and _has_tables():
                _set_database_aside(link, name, replace=replace, say=say)
                there = False
            if not there:
                # From template0: what somebody added to template1 is in no backup.
                made = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
                link.execute(made.format(sql.Identifier(name)))
                say(f"Made the database {name}.")
    except psycopg.Error as error:
        raise Refused(f"The database {name} cannot be made: {error}") from error


def _set_database_aside(link: psycopg.Connection, name: str, *, replace: bool, say: Say) -> None:
    if not replace:
        raise Refused(
            f"The database {name} is not empty. Restore into another one (DATABASE_URL), or use"
            " --replace, which keeps it under another name."
        )
    kept = f"{name}_before_{timezone.now():%Y%m%d_%H%M%S}"
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    try:
        link.execute(rename.format(sql.Identifier(name), sql.Identifier(kept)))
    except psycopg.errors.ObjectInUse as error:
        raise Refused(
            f"The database {name} is in use: stop web, workers and beat (`./console up`) first."
        ) from error
    say(f"The database that was there is called {kept} now.")


def _has_tables() -> bool:
    try:
        return bool(connection.introspection.table_names())
    finally:
        _leave()


def _leave() -> None:
    """End every session of this process, those in the pool as well."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's has it


def _maintenance() -> psycopg.Connection:
    """Connect to a database that is not the one to be made."""
    failure: psycopg.Error | None = None
    for name in MAINTENANCE:
        try:
            return psycopg.connect(_address(password=True), dbname=name, autocommit=True)
        except psycopg.OperationalError as error:
            failure = error
    raise Refused(f"The server does not let us in: {failure}")


def _address(*, password: bool = False) -> str:
    """Return the address of the database; a command line shows no password."""
    parts = urlsplit(settings.DATABASE_URL)
    shown = re.sub(r":[^:@]*@", "@", parts.netloc)
    netloc = parts.netloc if password else shown
    return urlunsplit(parts._replace(scheme="postgresql", netloc=netloc))


def _program(name: str) -> str:
    """Return one of PostgreSQL's programs from the path; raise Refused where there is none."""
    found = shutil.which(name)
    if found is None:
        raise Refused(
            f"{name} is not installed (Debian: apt-get install postgresql-client). It has to be"
            " as new as the server, or newer."
        )
    return found


def _run(command: list[str], *, stdout: int | None = None) -> None:
    """Run a program on the database; raise Refused with its words when it fails."""
    password = unquote(urlsplit(settings.DATABASE_URL).password or "")
    environ = dict(os.environ) | {"PGPASSWORD": password}
    done = subprocess.run(
        command, env=environ, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode != 0:
        raise Refused(f"{Path(command[0]).name} failed:\n{done.stderr[-2000:].strip()}")

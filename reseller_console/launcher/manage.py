"""`./console manage`: Django's commands on the running servers, or on ones for the while."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reseller_console.launcher import binaries, environment, project
from reseller_console.launcher.foreground import run_in_foreground
from reseller_console.launcher.home import Home, HomeLock, read_json
from reseller_console.launcher.output import LauncherError, say
from reseller_console.launcher.processes import Ledger
from reseller_console.launcher.servers import servers_of
from reseller_console.launcher.stopping import Stopped, StopSignals
from reseller_console.launcher.supervisor import Supervisor
from reseller_console.launcher.up import migrate_if_needed, needed_locks
from reseller_console.launcher.variables import (
    Addresses,
    as_owner,
    kind_of,
    named_addresses,
    project_variables,
)

# These change or describe the schema: they run as its owner and on it as it is.
OWNER_COMMANDS = {
    "backup",
    "createcachetable",
    "flush",
    "makemigrations",
    "migrate",
    "optimizemigration",
    "restore",
    "showmigrations",
    "sqlmigrate",
    "squashmigrations",
}
# These call PostgreSQL's own programs.
PROGRAM_COMMANDS = {"backup", "restore"}
# These want nothing of the schema either.
SCHEMALESS_COMMANDS = {"", "help", "check", "version", "makemessages", "compilemessages"}
WAIT_SECONDS = 60


def manage(arguments: list[str]) -> int:
    """Run manage.py with these arguments; return its exit code."""
    signals = StopSignals()
    command = next((word for word in arguments if not word.startswith("-")), "")
    _refuse_half_named(os.environ)
    home = Home.from_environment(os.environ)
    home.create()
    python = environment.ensure_environment(needed_locks())
    asks_nothing = command in OWNER_COMMANDS | SCHEMALESS_COMMANDS or "--help" in arguments
    try:
        with _servers(home, python, signals, migrated=not asks_nothing) as variables:
            if command in OWNER_COMMANDS:
                variables = as_owner(variables)
            if command in PROGRAM_COMMANDS:
                variables = with_programs(variables)
            command_line = project.manage_command(python, *arguments)
            return run_in_foreground(command_line, variables, signals)
    except Stopped as stopped:
        return 128 + stopped.number


def with_programs(variables: dict[str, str]) -> dict[str, str]:
    """Put the programs of the newest PostgreSQL there is on the path, before any older ones.

    They work with every older server. Where there is no server, a client alone has to do.
    """
    try:
        folder = binaries.find_postgres(environment.VENV).folder
    except LauncherError:
        return variables
    if not (folder / "pg_dump").exists():
        return variables
    return variables | {"PATH": os.pathsep.join([str(folder), variables["PATH"]])}


def _refuse_half_named(environ: Mapping[str, str]) -> None:
    """Start no server of our own for a production whose servers are somewhere else."""
    if kind_of(environ) == "production" and named_addresses(environ) is None:
        raise LauncherError(
            "in production DATABASE_URL and BROKER_URL have to name the servers; for a console"
            " on servers of its own set CONSOLE_ENV=development."
        )


@contextmanager
def _servers(
    home: Home, python: Path, signals: StopSignals, *, migrated: bool
) -> Iterator[dict[str, str]]:
    """Yield the environment of the servers that run, started here if nobody did."""
    named = named_addresses(os.environ)
    if named is not None:
        yield _variables(home, named)
        return
    lock = HomeLock(home)
    shared = _shared_or_locked(home, lock)
    if shared is not None:
        addresses = named_addresses(shared["addresses"] | dict(os.environ))
        assert addresses is not None
        yield _variables(home, addresses) | shared["variables"] | _today()
        return
    supervisor = Supervisor(signals, quiet=True)
    try:
        servers = servers_of(home, environment.VENV, os.environ, Ledger(home.processes))
        variables = _variables(home, servers.addresses)
        supervisor.start_together(servers.services, WAIT_SECONDS)
        if migrated:
            migrate_if_needed(home, python, servers, variables)
        yield variables
    finally:
        supervisor.stop()
        lock.release()


def _variables(home: Home, addresses: Addresses) -> dict[str, str]:
    return project_variables(
        addresses,
        kind=kind_of(os.environ),
        home=home,
        origin=home.facts().get("origin", "http://127.0.0.1:8000"),
        secret_key=home.secret("secret_key"),
        venv=environment.VENV,
    )


def _today() -> dict[str, str]:
    return {name: os.environ[name] for name in ("CONSOLE_TODAY",) if name in os.environ}


def _shared_or_locked(home: Home, lock: HomeLock) -> dict[str, Any] | None:
    """Return what a running `up` shares, or None with the lock taken."""
    end = time.monotonic() + WAIT_SECONDS
    told = False
    while True:
        try:
            lock.acquire("manage")
        except LauncherError as refusal:
            shared = read_json(home.running)
            if shared:
                return shared
            if time.monotonic() > end:
                raise
            if not told:
                say(f"Waiting: {refusal}")
                told = True
            time.sleep(0.2)
            continue
        home.running.unlink(missing_ok=True)
        Ledger(home.processes).stop_survivors()
        return None

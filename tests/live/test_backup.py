"""The drill: a backup, a new database from it, and the proof that it is sound and silent."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.test import override_settings
from django.utils import timezone
from psycopg import sql

from authorizations import invariants
from authorizations.models import NightlyRun, Notice
from authorizations.night.notices import owed
from customers.models import Customer, CustomerEvent
from notifications.models import Email
from reseller_console.launcher.environment import VENV
from reseller_console.launcher.home import CHECKOUT
from reseller_console.launcher.manage import with_programs
from reseller_console.lib import privileges
from reseller_console.tenancy.models import Reseller
from tests.conftest import TODAY
from tests.live import databases
from tests.live.house import House
from tests.live.processes import eventually
from tests.live.test_nights import HASTY, aged

pytestmark = pytest.mark.xdist_group("live")


def manage(*arguments: object, database: str, **variables: str) -> tuple[int, str]:
    """Run a command as the owner on a database; return its exit code and what it says."""
    environ = dict(os.environ) | {
        "CONSOLE_TODAY": TODAY.isoformat(),
        "DATABASE_URL": databases.address_of(database, owner=True),
        **variables,
    }
    done = subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=CHECKOUT,
        env=with_programs(environ),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def busy(without_web, new_customer) -> House:
    """A console with a history: purchases, events, emails that wait, one on its way, one sent."""
    long_ago = TODAY - dt.timedelta(days=100)
    for days in (24, 31, 61, 3):
        aged(new_customer(invited_on=long_ago), days=days)
    first, second = Email.objects.order_by("pk")[:2]
    Email.objects.filter(pk=first.pk).update(sent_at=timezone.now())
    Email.objects.filter(pk=second.pk).update(
        handed_over_at=timezone.now(), leased_until_at=timezone.now()
    )
    return without_web


@pytest.fixture
def dump(busy, tmp_path) -> Path:
    """A backup of it."""
    file = tmp_path / "console.dump"
    code, said = manage("backup", file, database=busy.database)
    assert code == 0, said
    return file


@pytest.fixture
def target(busy):
    """The name of a database that is not there."""
    name = f"{busy.database}_restored"
    databases.drop(name)
    yield name
    databases.drop(name)


def test_a_restored_database_is_sound_closed_and_silent(
    busy, dump, target, tmp_path, django_db_blocker, monkeypatch
):
    customers, events = Customer.objects.count(), CustomerEvent.objects.count()
    code, said = manage("restore", dump, database=target)
    assert code == 0, said
    assert "Restored, and sound." in said
    monkeypatch.setattr(privileges, "COMPARED", (*privileges.COMPARED, "TRUNCATE"))
    with databases.entered(target):
        assert (Customer.objects.count(), CustomerEvent.objects.count()) == (customers, events)
        assert invariants.broken() == []
        assert privileges.deviations() == []
        assert not Email.objects.undecided().exists()
        assert Email.objects.filter(unknown_at__isnull=False).count() == 1
        # What fell due is in the ledger, so that no night tells it once more.
        for reseller in Reseller.objects.all():
            assert owed(reseller, today=TODAY) == []
        assert not Notice.objects.untold().exists()
    for table in ("customers_customerevent", "customers_termsacceptance", "accounts_teamevent"):
        with (
            psycopg.connect(databases.address_of(target)) as link,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            link.execute(f"DELETE FROM {table}")
    busy.mail.taken.clear()
    with databases.entered(target):
        at_work = {"DATABASE_URL": databases.address_of(target)}
        busy.more_variables.update(at_work)
        with busy.worker(), busy.beat(entry=HASTY, name="restored"):
            done = NightlyRun.objects.filter(for_day=TODAY, finished_at__isnull=False)
            assert eventually(lambda: done.count() >= 2, 40)
            busy.ring()
            time.sleep(2)
        assert not Email.objects.undecided().exists()
    assert busy.mail.taken == []
    # Tomorrow is told again.
    with databases.entered(target), override_settings(CONSOLE_TODAY=TODAY + dt.timedelta(days=20)):
        north = Reseller.objects.get(name="North")
        assert owed(north, today=north.today())


def test_only_an_empty_database_is_restored_into(busy, dump):
    before = Customer.objects.count()
    code, said = manage("restore", dump, database=busy.database)
    assert code == 1
    assert "is not empty" in said
    assert "Traceback" not in said
    assert Customer.objects.count() == before
    code, said = manage("restore", dump, "--replace", database=busy.database)
    assert code == 1
    assert "is in use" in said
    assert Customer.objects.count() == before


def test_what_is_replaced_is_kept_under_another_name(dump, target):
    databases.make(target)
    databases.run_as_owner(sql.SQL("CREATE TABLE precious (id int)"), database=target)
    code, said = manage("restore", dump, "--replace", database=target)
    assert code == 0, said
    kept = next(word for word in said.split() if word.startswith(f"{target}_before_"))
    try:
        with psycopg.connect(databases.address_of(kept, owner=True)) as link:
            assert link.execute("SELECT count(*) FROM precious").fetchone() == (0,)
    finally:
        databases.drop(kept)


def test_a_database_born_open_is_closed_by_restoring_into_it(dump, target):
    """As one that was made from a `template1` with default privileges."""
    databases.make(target)
    opened = sql.SQL(
        'ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "console_app"'
    )
    databases.run_as_owner(opened, database=target)
    code, said = manage("restore", dump, database=target)
    assert code == 0, said
    with databases.entered(target):
        assert privileges.deviations() == []


def test_restored_by_hand_into_an_open_database_it_is_told(dump, target):
    """The twin: without our command the audit is open, and the comparison says so."""
    databases.make(target)
    opened = sql.SQL(
        'ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "console_app"'
    )
    databases.run_as_owner(opened, database=target)
    programs = with_programs(dict(os.environ))["PATH"]
    restore = shutil.which("pg_restore", path=programs)
    address = databases.address_of(target, owner=True)
    subprocess.run([restore, "--no-comments", f"--dbname={address}", dump], check=True)
    with databases.entered(target):
        said = "may DELETE, UPDATE customers_customerevent, and must not"
        assert any(said in line for line in invariants.broken())
        assert Email.objects.undecided().exists()
    code, said = manage("restore", "--finish", database=target)
    assert code == 0, said
    with databases.entered(target):
        assert privileges.deviations() == []
        assert not Email.objects.undecided().exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("restore", "nowhere.dump"), "There is no file"),
        (("restore", "README.md"), "pg_restore failed"),
        (("restore",), "Name the file to restore"),
        (("restore", "README.md", "--finish"), "Name the file to restore"),
        (("backup", "README.md"), "is there already"),
        (("backup", "nowhere/console.dump"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(seeded, arguments, said):
    code, words = manage(*arguments, database=seeded)
    assert code == 1
    assert said in words
    assert "Traceback" not in words


def test_a_backup_can_be_read_by_its_owner_alone_and_shows_no_password(dump):
    assert dump.stat().st_mode & 0o077 == 0
    assert not list(dump.parent.glob(".*unfinished"))


def test_the_programs_are_those_that_come_along():
    found = shutil.which("pg_dump", path=with_programs({"PATH": "/usr/bin"})["PATH"])
    assert found is not None
    assert found.startswith(str(VENV.resolve())) or not (VENV / "console-installed.json").exists()

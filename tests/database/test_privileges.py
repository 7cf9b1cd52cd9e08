"""What the application role may do: granted after every migrate, compared, never by default."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection, transaction
from psycopg import sql

from authorizations.invariants import broken
from reseller_console.lib import limits, privileges
from tests.each import each
from tests.live import databases

pytestmark = pytest.mark.xdist_group("databases")

AUDITS = (
    "customers_customerevent",
    "customers_termsacceptance",
    "accounts_teamevent",
    "accounts_accessattempt",
    "accounts_erasure",
    "django_admin_log",
)
COMPARED = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")


@pytest.fixture(scope="module")
def migrated(request, worker_id, django_test_environment, django_db_blocker) -> Iterator[str]:
    """A migrated database of its own; what tests change in it, they change back."""
    name = f"privileges_{request.config.getoption('--db-suffix')}{worker_id}"
    databases.make(name)
    with django_db_blocker.unblock(), databases.entered(name, owner=True):
        # Checked before it is made, as the command does.
        call_command("migrate", verbosity=0, skip_checks=False)
    yield name
    databases.drop(name)


@pytest.fixture
def as_owner(migrated, django_db_blocker, monkeypatch) -> Iterator[str]:
    """Work in the database as the owner, and compare everything."""
    monkeypatch.setattr(privileges, "COMPARED", COMPARED)
    with django_db_blocker.unblock(), databases.entered(migrated, owner=True):
        yield migrated


@pytest.fixture
def as_application(migrated, django_db_blocker, monkeypatch) -> Iterator[str]:
    """Work in the database as the application role, and compare everything."""
    monkeypatch.setattr(privileges, "COMPARED", COMPARED)
    with django_db_blocker.unblock(), databases.entered(migrated):
        yield migrated


def say(database: str, statement: str) -> None:
    databases.run_as_owner(sql.SQL(statement), database=database)


def test_a_migrated_database_is_as_it_should_be(as_application):
    assert privileges.deviations() == []
    assert broken() == []
    call_command("check", databases=["default"], fail_level="WARNING", stdout=StringIO())


@each("table", AUDITS)
def test_no_audit_can_be_rewritten(as_application, table):
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id", f"TRUNCATE {table}"):
        with (
            psycopg.connect(databases.address_of(as_application)) as link,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            link.execute(statement)


OPENED = [
    ('GRANT DELETE ON customers_customerevent TO "console_app"', "DELETE customers_customerevent"),
    (
        'GRANT UPDATE (kind) ON customers_customerevent TO "console_app"',
        "UPDATE customers_customerevent",
    ),
    ('GRANT ALL ON accounts_teamevent TO "console_app"', "TRUNCATE, UPDATE accounts_teamevent"),
    ("GRANT UPDATE ON customers_termsacceptance TO PUBLIC", "UPDATE customers_termsacceptance"),
    ('GRANT TRUNCATE ON customers_customer TO "console_app"', "TRUNCATE customers_customer"),
    ('REVOKE INSERT ON customers_customer FROM "console_app"', "may not INSERT"),
    (
        'ALTER DEFAULT PRIVILEGES GRANT SELECT, UPDATE ON TABLES TO "console_app"',
        "born with privileges",
    ),
]


@each(("statement", "said"), OPENED)
def test_what_is_open_is_told_and_closed_by_the_next_migrate(as_owner, statement, said):
    say(as_owner, statement)
    assert any(said in line for line in privileges.deviations()), privileges.deviations()
    out = StringIO()
    call_command("check", databases=["default"], stdout=out, stderr=out)
    assert said in out.getvalue()
    say(as_owner, "REVOKE ALL ON customers_termsacceptance FROM PUBLIC")
    call_command("migrate", verbosity=0)
    assert privileges.deviations() == []


def test_the_application_takes_an_open_audit_for_an_error(as_application):
    say(as_application, 'GRANT DELETE ON customers_customerevent TO "console_app"')
    try:
        with pytest.raises(SystemCheckError, match="DELETE customers_customerevent"):
            call_command("check", databases=["default"])
        assert "DELETE customers_customerevent" in broken()[0]
    finally:
        say(as_application, 'REVOKE DELETE ON customers_customerevent FROM "console_app"')


def test_where_one_role_does_everything_it_has_to_be_said(as_application, settings):
    """An application role that owns the tables is a mistake unless somebody decided so."""
    settings.DATABASE_APP_ROLE = "console_owner"
    assert any("DELETE" in line for line in privileges.deviations())
    settings.DATABASE_ONE_ROLE = True
    assert privileges.deviations() == []


def test_no_table_is_born_with_privileges_in_a_new_database():
    with psycopg.connect(settings.DATABASE_OWNER_URL, dbname="template1") as template:
        [count] = template.execute("SELECT count(*) FROM pg_default_acl").fetchone()
    assert count == 0


def test_a_new_table_is_the_applications_after_the_migrate_that_made_it(as_owner):
    say(as_owner, "CREATE TABLE tomorrow (id int)")
    try:
        assert any("may not" in line and "tomorrow" in line for line in privileges.deviations())
        call_command("migrate", verbosity=0)
        assert privileges.deviations() == []
    finally:
        say(as_owner, "DROP TABLE tomorrow")


# --- limits


def shown(*names: str) -> list[str]:
    with connection.cursor() as cursor:
        return [cursor.execute(f"SHOW {name}").fetchone()[0] for name in names]


BOTH = ("statement_timeout", "lock_timeout")


def test_every_session_of_the_application_has_its_limits(as_application):
    assert shown(*BOTH, "idle_in_transaction_session_timeout") == ["15s", "5s", "1min"]
    assert "options" not in connection.settings_dict["OPTIONS"]


def test_a_migration_has_limits_of_its_own_and_takes_them_back(as_owner, monkeypatch):
    seen = []
    monkeypatch.setattr(privileges, "grant", lambda: seen.append(shown(*BOTH)))
    real = limits.end_migration
    monkeypatch.setattr(limits, "end_migration", lambda: (seen.append(shown(*BOTH)), real()))
    call_command("migrate", verbosity=0)
    assert seen == [["0", "5s"], ["15s", "5s"]]


def test_the_limits_of_a_night_hold_in_its_transactions_and_nowhere_else(as_application):
    with limits.own("night"):
        assert shown(*BOTH) == ["10min", "30s"]
        with transaction.atomic():
            assert shown(*BOTH) == ["10min", "30s"]
            with transaction.atomic():
                assert shown(*BOTH) == ["10min", "30s"]
        assert not connection.in_atomic_block
        raw = connection.connection
        assert raw.execute("SHOW statement_timeout").fetchone() == ("15s",)
    assert shown(*BOTH) == ["15s", "5s"]


def test_a_transaction_that_was_begun_outside_keeps_its_limits(as_application):
    with transaction.atomic():
        assert shown(*BOTH) == ["15s", "5s"]
        with limits.own("night"):
            assert shown(*BOTH) == ["15s", "5s"]


def test_a_database_without_limits_is_told(as_application):
    say(as_application, f'ALTER DATABASE "{as_application}" RESET statement_timeout')
    connection.close()
    try:
        assert limits.deviations() == [
            "The database sets no statement_timeout; see docs/operating.md."
        ]
    finally:
        for statement in limits.statements_for(as_application):
            say(as_application, statement)

"""The console behind PgBouncer in transaction mode: it counts on no session of its own."""

from __future__ import annotations

import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from authorizations import invariants
from authorizations.models import NightlyRun
from authorizations.night.run import AlreadyRunning, only_run, run_night
from notifications.models import Email
from reseller_console.lib import limits, locks
from reseller_console.tenancy.models import Reseller
from tests.conftest import TODAY
from tests.live import databases
from tests.live.house import open_house
from tests.live.pooler import PROGRAM, SERVER_CONNECTIONS, address_through, pooler
from tests.live.processes import eventually
from tests.live.test_nights import HASTY, night_work

pytestmark = [
    pytest.mark.xdist_group("live"),
    pytest.mark.skipif(
        PROGRAM is None, reason="PgBouncer is not installed (apt-get install pgbouncer)"
    ),
]

ALICE = "alice@north.example"


@pytest.fixture(scope="module")
def pooled(seeded, tmp_path_factory):
    """A console that reaches its database through a pooler; the address it uses."""
    name = f"{seeded}_pooled"
    # Entered by the pooler's own user, which pytest's folders are closed to.
    with tempfile.TemporaryDirectory(prefix="pooler") as folder:
        Path(folder).chmod(0o755)
        service, port = pooler(name, Path(folder) / "pgbouncer")
        service.start()
        try:
            service.wait_ready(10)
            address = address_through(port, name)
            variables = {"DATABASE_URL": address}
            house_folder = tmp_path_factory.mktemp("pooled")
            # The pooler goes first: it would hold the database that is to be dropped.
            with open_house(name, like=seeded, folder=house_folder, more_variables=variables) as it:
                yield it, address
                service.kill()
        finally:
            service.kill()


@pytest.fixture
def house(pooled, django_db_blocker):
    """The console behind the pooler; this process works through it, too."""
    it, address = pooled
    with django_db_blocker.unblock(), databases.entered_at(address):
        it.mail.taken.clear()
        yield it
        assert invariants.broken() == []


def due_emails():
    """Return the emails that wait and need not."""
    return Email.objects.undecided().filter(not_before_at__lte=timezone.now())


def servers(house) -> list[tuple[int, str]]:
    """Return the sessions the pooler has at the server, and the statement limit of the first."""
    with psycopg.connect(databases.address_of(house.database, owner=True)) as link:
        return link.execute(
            "SELECT pid, state FROM pg_stat_activity WHERE datname = current_database()"
            " AND usename <> current_user"
        ).fetchall()


def test_pages_emails_and_nights_work_through_it(house, new_customer):
    work = night_work(new_customer, 12)
    alice = house.person(ALICE)
    with house.worker(queues="mail"), house.worker(queues="night"), house.beat(entry=HASTY):
        with ThreadPoolExecutor(12) as browsers:
            answers = list(
                browsers.map(
                    lambda n: alice.another_window().get("/customers/?show=past-due").status_code,
                    range(60),
                )
            )
        assert answers == [200] * 60
        done = NightlyRun.objects.filter(for_day=TODAY, finished_at__isnull=False)
        assert eventually(lambda: done.count() == Reseller.objects.count(), 40)
        assert eventually(lambda: not due_emails().exists(), 30)
    assert len(house.mail.taken) >= len(work)
    assert [run.error for run in NightlyRun.objects.all() if run.error] == []
    assert len(servers(house)) <= SERVER_CONNECTIONS
    assert "unsupported startup parameter" not in house.log()


def test_every_session_has_the_limits_and_none_keeps_those_of_a_night(house):
    def shown() -> str:
        with psycopg.connect(house.more_variables["DATABASE_URL"]) as link:
            link.execute("SELECT pg_sleep(0.05)")
            return link.execute("SHOW statement_timeout").fetchone()[0]

    with limits.own("night"), connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] == "10min"
    run_night(Reseller.objects.get(name="North"), today=TODAY)
    with ThreadPoolExecutor(16) as many:
        assert {*many.map(lambda _: shown(), range(64))} == {"15s"}


def held_by_somebody(name: str, taken: threading.Event, leave: threading.Event) -> None:
    try:
        with locks.held(name, seconds=60) as ours:
            assert ours
            taken.set()
            leave.wait(20)
    finally:
        connection.close()


def test_a_night_is_locked_through_it_and_free_when_it_is_over(house, django_db_blocker):
    north = Reseller.objects.get(name="North")
    taken, leave = threading.Event(), threading.Event()
    name = f"night of {north.pk}"
    with ThreadPoolExecutor(1) as other:
        at_it = other.submit(_in_the_same_database, house, name, taken, leave)
        assert taken.wait(10)
        with pytest.raises(AlreadyRunning), only_run(north):
            pass
        leave.set()
        at_it.result(20)
    with only_run(north) as ours:
        assert ours
    with psycopg.connect(databases.address_of(house.database, owner=True)) as link:
        [left] = link.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).fetchone()
    assert left == 0


def _in_the_same_database(house, name, taken, leave) -> None:
    # A thread begins with the settings as they are, not with where the test has gone.
    with databases.entered_at(house.more_variables["DATABASE_URL"]):
        held_by_somebody(name, taken, leave)


def test_a_lock_of_the_session_would_stay_behind(house):
    """The twin: taken over one statement's session, it is still there when its owner has left."""
    address = house.more_variables["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as link:
        assert link.execute("SELECT pg_try_advisory_lock(42)").fetchone() == (True,)
    with psycopg.connect(databases.address_of(house.database, owner=True)) as link:
        held = link.execute(
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 42"
        ).fetchall()
    assert len(held) == 1
    with psycopg.connect(databases.address_of(house.database)) as link:
        link.execute("SELECT pg_terminate_backend(%s)", held[0])


def test_startup_options_are_refused_by_it(house):
    """The twin: what the console used to send keeps it out."""
    with pytest.raises(psycopg.OperationalError, match="unsupported startup parameter"):
        psycopg.connect(house.more_variables["DATABASE_URL"], options="-c statement_timeout=15s")

"""One night of one reseller: recompute, prove, tell, tidy.

Idempotent and resumable: every step does only what is left to do, in small transactions.
A second run at the same time exits at once.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import batched

import structlog
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from authorizations.actions.settle import settle
from authorizations.licenses.queue import customers_with_lost
from authorizations.models import Assignment, NightlyRun
from authorizations.night.notices import post_notices
from authorizations.rules import rollup
from customers import tally
from customers.actions.frame import locked_all
from customers.models import Customer, CustomerEvent
from reseller_console.lib import limits, locks
from reseller_console.lib.earlier import tell_day
from reseller_console.lib.locks import Held
from reseller_console.tenancy.models import Day, Reseller

log = structlog.get_logger(__name__)

BATCH = 500
# So many customers are compared by one statement: some seconds, whatever the machine.
SLICE = 50_000

_VACUUM_FROM = 1_000  # changed rows below which autovacuum does well on its own


class AlreadyRunning(Exception):
    """Another process is running this reseller's night."""


@contextmanager
def only_run(reseller: Reseller) -> Iterator[Held]:
    """Hold the reseller's nightly lock; raise AlreadyRunning when somebody else does."""
    with locks.held(f"night of {reseller.pk}", seconds=settings.NIGHT_SECONDS) as ours:
        if not ours:
            raise AlreadyRunning(f"The night of {reseller} is being run by another process.")
        yield ours


def run_night(
    reseller: Reseller, *, today: dt.date | None = None, say: Callable[[str], None] = lambda _: None
) -> NightlyRun:
    """Run the night that begins `today` (the reseller's own today unless given).

    `say` is told what is going on, a line a step. Raises AlreadyRunning.
    """
    with only_run(reseller) as ours:
        return carry_out(reseller, reseller.day(today), ours, say=say)


def carry_out(
    reseller: Reseller, day: Day, ours: Held, *, say: Callable[[str], None] = lambda _: None
) -> NightlyRun:
    """Take the steps of a night whose lock is held, and write down how it went.

    Raises what a step raises, also when time is up; what was done by then stays done.
    """
    run = NightlyRun.objects.create(reseller=reseller, for_day=day.today)
    started = time.monotonic()
    try:
        for name, step in STEPS.items():
            ours.confirm()
            with limits.own("night"):
                found = step(reseller, day)
            run.counts |= found
            run.drift += found.get("drift", 0) + found.get("tally_drift", 0)
            say(f"{name}: " + (", ".join(f"{k} {v}" for k, v in found.items()) or "nothing"))
        run.finished_at = timezone.now()
    except Exception as error:
        run.error = f"{type(error).__name__}: {error}"[:1000]
        _leave_interrupted_statement()
        raise
    finally:
        run.seconds = round(time.monotonic() - started, 3)
        run.save()
    if run.drift:
        log.error(
            "stored facts were wrong and were repaired", reseller_id=reseller.pk, **run.counts
        )
    return run


def _leave_interrupted_statement() -> None:
    """Give up a connection whose statement was still going on when time was up."""
    if not connection.in_atomic_block and not connection.is_usable():
        connection.close()


def recompute_standing(reseller: Reseller, day: Day) -> dict[str, int]:
    """Compare every customer's facts with its purchases and write those that differ.

    Anniversary dates that have moved on are written down, and told, by the same step: nothing is
    written before it has been compared. The comparison reads without locks; what differs is
    computed again under the lock. It goes from slice to slice, so that no statement or transaction
    grows with the reseller: a night that is ended in the middle finds nothing to write in what it
    had done.
    """
    changed = drifted = moved = 0
    for some in rollup.slices(reseller, size=SLICE):
        found = rollup.stale(reseller, day=day, customer_ids=some)
        drifted += sum(row.drifted for row in found)
        for batch in batched(found, BATCH):
            written = _write_facts(reseller, day, [row.customer_id for row in batch])
            changed += written.changed
            moved += len(written.moved)
    return {"written": changed, "moved": moved, "drift": drifted}


def _write_facts(reseller: Reseller, day: Day, ids: list[int]) -> rollup.Written:
    """Compute the facts of customers again under the lock; tell of dates that have moved."""
    with transaction.atomic():
        tell_day(day.today)
        rows = Customer.objects.filter(pk__in=ids).order_by("pk")
        list(rows.select_for_update().only("pk"))
        written = rollup.refresh(reseller, day=day, customer_ids=ids)
        CustomerEvent.objects.bulk_create(
            CustomerEvent(
                reseller=reseller,
                customer_id=moved.customer_id,
                kind=moved.kind,
                details={"date": str(moved.anniversary_on)},
            )
            for moved in written.moved
        )
    return written


def tidy_tally(reseller: Reseller, day: Day) -> dict[str, int]:
    """Sum up the tally behind the rail's counts; rebuild it should it be wrong."""
    with transaction.atomic():
        tally.compact(reseller.pk, today=day.today)
        wrong = tally.drift(reseller.pk, day)
        fault = tally_fault(reseller, day) if wrong else 0
        if wrong:
            tally.rebuild(reseller.pk)
    return {"tally_drift": fault}


def tally_fault(reseller: Reseller, day: Day) -> int:
    """Return by how many customers the tally is wrong, and was so before the calendar went back.

    A tally of a later day has summed up days that were not past yet on this one.
    """
    wrong = tally.drift(reseller.pk, day)
    later = rollup.latest_night(reseller, day) if wrong else day
    return wrong if later == day else tally.drift(reseller.pk, later)


def end_licenses(reseller: Reseller, day: Day) -> dict[str, int]:
    """Write down whose licenses have ended, as fewer are owned than were given to people.

    The comparison reads without locks; who loses is found again under the lock.
    """
    held = Assignment.objects.held().filter(customer=OuterRef("pk"))
    holders = Customer.objects.filter(Exists(held), reseller=reseller).order_by("pk")
    ended = 0
    for some in batched(holders.values_list("pk", flat=True), BATCH):
        for batch in batched(sorted(customers_with_lost(some, day=day)), BATCH):
            with transaction.atomic():
                tell_day(day.today)
                rows = locked_all(Customer.objects.filter(pk__in=batch).only("pk"), day=day)
                ended += settle(rows, day=day)
    return {"licenses_ended": ended}


def count_expired(reseller: Reseller, day: Day) -> dict[str, int]:
    """Count the invitations whose link ended yesterday; their status is derived."""
    ended = Customer.objects.filter(
        reseller=reseller,
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
        invitation_expires_on=day.after(-1),
    )
    return {"invitations_expired": ended.count()}


def tell_customers(reseller: Reseller, day: Day) -> dict[str, int]:
    """Queue the notices that are owed about purchase authorizations and renewals."""
    return post_notices(reseller, day=day)


STEPS: dict[str, Callable[[Reseller, Day], dict[str, int]]] = {
    "standing": recompute_standing,
    "tally": tidy_tally,
    "licenses": end_licenses,
    "invitations": count_expired,
    "notices": tell_customers,
}


def vacuum_touched(changed: int) -> bool:
    """Vacuum and analyze what a night changed, when it was much; return whether it was done.

    Django has no words for it. Needs the right MAINTAIN (PostgreSQL 17 or newer); elsewhere
    autovacuum does it later.
    """
    if changed < _VACUUM_FROM or connection.in_atomic_block:
        return False
    if connection.get_database_version() < (17,):
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE) customers_customer, customers_standingtally")
    except OperationalError as error:
        # It took longer than a statement may, or somebody holds the table.
        log.info("vacuum is left to autovacuum", reason=str(error))
        return False
    return True

"""The bars of the nightly job.

A night that writes is rolled back after it was timed, so that the next one finds the same
work; what it leaves behind in the tables is vacuumed away, untimed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connection, transaction

from authorizations.night.notices import owed
from authorizations.night.run import run_night
from authorizations.rules import rollup
from benchmarks.bars import Line, Run, bar, ratio_line
from benchmarks.scratch import UNLIMITED, vacuum
from benchmarks.timing import Samples, interleave
from customers import tally
from customers.models import Customer
from reseller_console.tenancy.models import Day, Reseller

CHANGED = 0.04
# A night takes seconds where a page takes milliseconds: so many rounds are enough for a
# median, fewer when they take longer than this many seconds, so that a run of all bars ends.
ROUNDS = 12
PATIENCE = 240
_FARTHEST = 60


@contextmanager
def undone() -> Iterator[None]:
    """Undo what happens inside, without limits of time."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(UNLIMITED.replace("SET ", "SET LOCAL "))
        yield
        transaction.set_rollback(True)


def changed_by(reseller: Reseller, today: dt.date) -> int:
    """Return how many customers the night of `today` has something to do for; reads only."""
    day = reseller.day(today)
    return len(
        {row.customer_id for row in rollup.stale(reseller, day=day)}
        | {row.customer_id for row in owed(reseller, today=today)}
    )


def busy_day(run: Run) -> tuple[dt.date, int]:
    """Return the first day on which 4 % of the customers or more have changed, and how many."""
    big = run.tenants.big
    today = big.reseller.today()
    for days in range(1, _FARTHEST):
        found = changed_by(big.reseller, today + dt.timedelta(days=days))
        if found >= CHANGED * big.customers:
            return today + dt.timedelta(days=days), found
    raise RuntimeError("The seed has no day on which enough customers change.")


def settle(run: Run) -> None:
    """Run tonight's night for good, so that nothing is left to be done for today."""
    run_night(run.tenants.big.reseller)
    vacuum()


def night(reseller: Reseller, today: dt.date) -> Callable[[], None]:
    """Return a function that runs a night and undoes it."""

    def run() -> None:
        with undone():
            run_night(reseller, today=today)

    return run


@bar("B12", "a night with nothing to do costs a part of one with 4 % to do")
def idle_or_busy(run: Run) -> Iterator[Line]:
    """Compare two nights of the largest tenant."""
    reseller = run.tenants.big.reseller
    settle(run)
    late, changed = busy_day(run)
    today = reseller.today()
    idle = changed_by(reseller, today)
    idle_night, busy_night = interleave(
        [night(reseller, today), night(reseller, late)],
        rounds=min(run.samples, ROUNDS),
        between=vacuum,
        warm_up=1,
        patience=PATIENCE,
    )
    share = f"{changed / run.tenants.big.customers:.1%}"
    yield ratio_line(
        "B12",
        (f"night, {idle} changed", idle_night),
        (f"night, {changed:,} changed", busy_night),
        0.4,
        f"{share} of the customers after {(late - today).days} missed nights;"
        f" {len(idle_night.seconds)} nights a side",
    )


@bar("B13", "writing what changed costs a part of writing everything")
def changed_or_all(run: Run) -> Iterator[Line]:
    """Compare the recomputation of 4 % with an UPDATE of every customer."""
    reseller = run.tenants.big.reseller
    settle(run)
    late, _ = busy_day(run)
    day = reseller.day(late)

    def recompute() -> None:
        with undone():
            rollup.refresh(reseller, day=day)

    def rewrite() -> None:
        with undone():
            Customer.objects.filter(reseller=reseller).update(pending_until_on=late)

    some, everything = interleave(
        [recompute, rewrite],
        rounds=min(run.samples, ROUNDS),
        between=vacuum,
        warm_up=1,
        patience=PATIENCE,
    )
    yield ratio_line("B13", ("recomputed", some), ("all updated", everything), 0.1)


@bar("B7", "the rail's counts are as quick right after the night as after a VACUUM")
def after_night_or_vacuum(run: Run) -> Iterator[Line]:
    """Compare the counts after nights that stay with the counts after vacuuming."""
    reseller = run.tenants.big.reseller
    settle(run)
    after_night, after_vacuum = Samples(), Samples()
    for _ in range(4):
        day = _next_day(reseller)
        with patch("notifications.doorbell.ring"):
            run_night(reseller, today=day.today)
        _count(reseller, day, after_night, run.samples // 4)
        vacuum()
        _count(reseller, day, after_vacuum, run.samples // 4)
    yield ratio_line("B7", ("counts after a night", after_night), ("vacuumed", after_vacuum), 1.3)


def _next_day(reseller: Reseller) -> Day:
    """Return the day after the last one that was prepared."""
    last = reseller.nights.order_by("for_day").values_list("for_day", flat=True).last()
    return reseller.day(last + dt.timedelta(days=1))


def _count(reseller: Reseller, day: Day, samples: Samples, times: int) -> None:
    for _ in range(times):
        samples.take(lambda: tally.rail_counts(reseller.pk, day))

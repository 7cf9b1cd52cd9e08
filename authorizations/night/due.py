"""Which nights and mornings are still to be done, and doing one of them.

What is due is found by one statement for all resellers, so that a minute in which nothing is
costs nothing; the workers are then woken for one reseller each (`authorizations.tasks`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import structlog
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from authorizations.models import NightlyRun, Notice
from authorizations.night.digest import morning_of, post_digests
from authorizations.night.run import AlreadyRunning, carry_out, only_run, run_night, vacuum_touched
from reseller_console.lib import limits
from reseller_console.lib.clock import TodayIn, today_in
from reseller_console.tenancy.models import Reseller

# A night that failed is left alone for so long: what is wrong is seldom right a minute later.
PAUSE_AFTER_FAILURE = dt.timedelta(minutes=10)

log = structlog.get_logger(__name__)


def _tonight(condition: Q) -> Exists:
    """Return whether a reseller has a run for its today that meets a condition."""
    tonight = NightlyRun.objects.filter(reseller=OuterRef("pk"), for_day=OuterRef("own_today"))
    return Exists(tonight.filter(condition))


FINISHED = Q(finished_at__isnull=False)


def _failed_lately() -> Q:
    since = timezone.now() - PAUSE_AFTER_FAILURE
    return Q(finished_at__isnull=True, started_at__gt=since) & ~Q(error="")


def due_nights() -> QuerySet[Reseller]:
    """Return the resellers whose today has begun without a finished night."""
    resellers = Reseller.objects.alias(own_today=TodayIn("time_zone"))
    return resellers.exclude(_tonight(FINISHED))


def nights_to_begin() -> list[int]:
    """Return the ids of resellers whose night is due, but for those that have just failed."""
    due = due_nights().exclude(_tonight(_failed_lately()))
    return list(due.order_by("pk").values_list("pk", flat=True))


def mornings_to_tell() -> list[int]:
    """Return the ids of resellers whose managers have something to read, now that it is 07:00.

    Tonight's night comes first: it finds what is to be told.
    """
    waiting = (
        Reseller.objects.filter(pk__in=Notice.objects.untold().values("reseller"))
        .alias(own_today=TodayIn("time_zone"))
        .filter(_tonight(FINISHED))
        .order_by("pk")
        .values_list("pk", "time_zone")
    )
    now = timezone.now()
    begun: dict[str, bool] = {}
    found = []
    for pk, zone in waiting:
        if zone not in begun:
            begun[zone] = morning_of(zone, today_in(zone)) <= now
        found += [pk] if begun[zone] else []
    return found


def is_due(reseller: Reseller) -> bool:
    """Whether the reseller's today has begun without a finished night."""
    return due_nights().filter(pk=reseller.pk).exists()


def run_night_if_due(reseller_id: int) -> NightlyRun | None:
    """Run a reseller's night unless it is done, or being done by somebody else; return it.

    Whether it is due is asked again under the lock: another worker may have done it since.
    """
    reseller = Reseller.objects.select_related("program").get(pk=reseller_id)
    try:
        with only_run(reseller) as ours:
            if not is_due(reseller):
                return None
            run = carry_out(reseller, reseller.day(), ours)
    except AlreadyRunning:
        log.info("another process runs this night", reseller_id=reseller_id)
        return None
    _vacuum_after(run)
    return run


def post_digests_of(reseller_id: int) -> int:
    """Queue the digests of a reseller's morning; return how many."""
    reseller = Reseller.objects.select_related("program").get(pk=reseller_id)
    with limits.own("night"):
        return post_digests(reseller, day=reseller.day())


def run_by_hand(
    reseller: Reseller, *, today: dt.date | None, say: Callable[[str], None]
) -> NightlyRun:
    """Run a night now whether due or not, digests included; raise AlreadyRunning."""
    run = run_night(reseller, today=today, say=say)
    say(f"digests: {post_digests(reseller, day=reseller.day(today))}")
    _vacuum_after(run)
    return run


def _vacuum_after(run: NightlyRun) -> None:
    vacuum_touched(run.counts.get("written", 0) + run.counts.get("moved", 0))

"""Which nights and mornings are still to be done, and doing them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import structlog
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from authorizations.models import NightlyRun
from authorizations.night.digest import morning_of, post_digests
from authorizations.night.run import AlreadyRunning, run_night, vacuum_touched
from notifications.tracking import reports as tracking
from reseller_console.tenancy import submissions
from reseller_console.tenancy.models import Reseller

# A form may lie open for as long as a session lasts; this is far beyond it.
KEPT = dt.timedelta(days=30)

log = structlog.get_logger(__name__)


def is_due(reseller: Reseller) -> bool:
    """Whether the reseller's today has begun without a finished night."""
    done = NightlyRun.objects.filter(
        reseller=reseller, for_day=reseller.today(), finished_at__isnull=False
    )
    return not done.exists()


def run_due_nights() -> int:
    """Run every night that is due, then every morning's digests; return the nights run.

    One reseller's trouble does not keep the others waiting: it is logged and tried again.
    """
    nights = 0
    for reseller in Reseller.objects.select_related("program").order_by("pk"):
        try:
            if is_due(reseller):
                run = run_night(reseller)
                vacuum_touched(run.counts.get("written", 0) + run.counts.get("moved", 0))
                nights += 1
            if timezone.now() >= morning_of(reseller, reseller.today()):
                post_digests(reseller, day=reseller.day())
        except AlreadyRunning as running:
            log.info(str(running))
        except Exception:
            log.exception("the night failed and is tried again", reseller=str(reseller))
    if nights:
        tidy_up()
    return nights


def tidy_up() -> None:
    """Forget what nobody comes back to: old forms, sessions that have ended, old reports."""
    submissions.forget(older_than=KEPT)
    tracking.forget()
    SessionStore.clear_expired()


def run_by_hand(
    reseller: Reseller, *, today: dt.date | None, say: Callable[[str], None]
) -> NightlyRun:
    """Run a night now whether due or not, digests included; raise AlreadyRunning."""
    run = run_night(reseller, today=today, say=say)
    say(f"digests: {post_digests(reseller, day=reseller.day(today))}")
    vacuum_touched(run.counts.get("written", 0) + run.counts.get("moved", 0))
    return run

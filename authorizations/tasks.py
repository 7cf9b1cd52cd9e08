"""Wake-up calls for the nights, on a queue of their own: emails never wait behind them.

A wake-up says "look now" to one worker about one reseller. It is forgotten when it is taken, and
none is sent again: what is still due is found by the next tick. The ticks stand in the same
queue, so that the next list is made when the last one is worked off.
"""

from __future__ import annotations

import structlog
from celery import shared_task
from django.conf import settings

from authorizations.night import due
from authorizations.reconciling import working
from notifications import doorbell
from reseller_console.lib import retention
from reseller_console.lib.logs import context

log = structlog.get_logger(__name__)

RUN_NIGHT = "authorizations.tasks.run_night"
POST_DIGESTS = "authorizations.tasks.post_digests"
# The seconds between being told that time is up and being ended.
LAST_WORDS = 60
_QUICK = {"ignore_result": True, "soft_time_limit": 240, "time_limit": 300}


@shared_task(**_QUICK)
def begin_nights() -> None:
    """Wake the workers for nights, mornings and reports that are due; beat calls every minute."""
    for reseller in due.nights_to_begin():
        doorbell.ring(RUN_NIGHT, reseller)
    for reseller in due.mornings_to_tell():
        doorbell.ring(POST_DIGESTS, reseller)
    for report in working.waiting():
        working.wake(report)


@shared_task(
    ignore_result=True,
    acks_late=False,
    soft_time_limit=settings.NIGHT_SECONDS,
    time_limit=settings.NIGHT_SECONDS + LAST_WORDS,
)
def run_night(reseller_id: int) -> None:
    """Run the night of one reseller if it is due and nobody else is at it.

    One that fails or takes too long is written down as such, logged and tried again later.
    """
    context.bind(reseller_id=reseller_id)
    try:
        due.run_night_if_due(reseller_id)
    except Exception:
        log.exception("the night failed and is tried again")


@shared_task(acks_late=False, **_QUICK)
def post_digests(reseller_id: int) -> None:
    """Queue the digests of one reseller's morning."""
    context.bind(reseller_id=reseller_id)
    due.post_digests_of(reseller_id)


@shared_task(**_QUICK)
def tidy_up() -> None:
    """Remove what has been kept long enough; beat calls every quarter of an hour."""
    retention.forget()


@shared_task(
    ignore_result=True,
    acks_late=False,
    soft_time_limit=working.SECONDS,
    time_limit=working.SECONDS + LAST_WORDS,
)
def work_on_report(report_id: int) -> None:
    """Read an order report, or record its orders, if that is due and nobody else is at it."""
    working.work_on(report_id)

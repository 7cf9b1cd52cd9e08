"""The long parts of reconciling, done by a worker: one report at a time, resumed when lost."""

from __future__ import annotations

import structlog
from django.db import DatabaseError
from django.db.models import Q
from django.utils.translation import gettext as _

from authorizations.actions.reconcile import given_up, read_report, record_report
from authorizations.models import OrderReport
from notifications import doorbell
from reseller_console.lib import limits, locks
from reseller_console.lib.refusals import ActionRefused

log = structlog.get_logger(__name__)

TASK = "authorizations.tasks.work_on_report"
SECONDS = 600


def wake(report_id: int) -> None:
    """Wake a worker for a report; the clock makes up for a wake-up that is lost."""
    doorbell.ring(TASK, report_id)


def waiting() -> list[int]:
    """Return the ids of the reports that have something left to be done, the oldest first."""
    unread = Q(compared_at__isnull=True)
    unrecorded = Q(asked_at__isnull=False, recorded_at__isnull=True)
    rows = OrderReport.objects.filter(unread | unrecorded, fault="").order_by("pk")
    return list(rows.values_list("pk", flat=True))


def work_on(report_id: int) -> None:
    """Read or record a report if that is due and nobody else is at it."""
    with locks.held(f"report {report_id}", seconds=SECONDS) as ours, limits.own("night"):
        report = (
            OrderReport.objects.filter(pk=report_id)
            .select_related("reseller", "sender", "asked_by")
            .first()
        )
        if not ours or report is None or not report.is_at_work:
            return
        try:
            _work(report)
        except ActionRefused as refusal:
            given_up(report, str(refusal))
        except DatabaseError:
            # The clock tries again in a minute.
            raise
        except Exception:
            given_up(report, _("The report could not be worked on. Upload it again."))
            raise


def _work(report: OrderReport) -> None:
    day = report.reseller.day()
    if report.asked_by is None:
        read_report(report, day=day)
        return
    made = record_report(report, by=report.asked_by, day=day)
    log.info("orders of a report recorded", report=report.pk, orders=len(made))

"""Reconcile an order report: take it in, compare its lines, record what is matched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from authorizations.actions.order import record_within
from authorizations.actions.placing import Direct, Placed, Renewal
from authorizations.models import (
    Order,
    OrderReport,
    Outcome,
    Product,
    PurchaseAuthorization,
    ReportLine,
    ReportSender,
)
from authorizations.reconciling.known import known_to
from authorizations.reconciling.matching import Found, compare
from authorizations.reconciling.reading import COLUMNS, lines_of, opened_report
from customers.actions.frame import acting_on
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.bulk import copy_in
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.tables.faults import Unreadable
from reseller_console.lib.text import comparison_key
from reseller_console.tenancy.models import Day, Reseller

# Progress is told after so many lines.
BATCH = 5_000
_CHANGED = """
UPDATE authorizations_reportline l
SET outcome = f.outcome, explanation = f.explanation, customer_id = f.customer,
    authorization_id = f.pa, order_id = f.order_id
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[])
    AS f (id, outcome, explanation, customer, pa, order_id)
WHERE l.id = f.id
"""


def upload_report(
    reseller: Reseller, *, sender: str, file_name: str, content: bytes, by: User
) -> OrderReport:
    """Take in the report of a sender, known or new; it is read afterwards (`read_report`)."""
    known, _created = ReportSender.objects.get_or_create(
        reseller=reseller, name_key=comparison_key(sender), defaults={"name": sender}
    )
    return OrderReport.objects.create(
        reseller=reseller,
        sender=known,
        file_name=file_name[-120:],
        content=content,
        uploaded_by=by,
    )


@transaction.atomic
def choose_columns(report: OrderReport, columns: Mapping[str, str]) -> None:
    """Remember what a sender calls the columns, and have the report read anew.

    `columns` has heads by ours. Raises ActionRefused with code "asked" once its orders are being
    recorded, "reading" while a worker reads it with the columns it had.
    """
    report = OrderReport.objects.select_for_update().get(pk=report.pk)
    _refuse_asked(report)
    if report.is_at_work:
        raise ActionRefused(_("The report is being read. Look again in a moment."), code="reading")
    chosen = {name: columns[name] for name in COLUMNS if columns.get(name)}
    ReportSender.objects.filter(pk=report.sender_id).update(columns=chosen)
    report.lines.all().delete()
    report.fault, report.lines_read, report.compared_at = "", 0, None
    report.save(update_fields=["fault", "lines_read", "compared_at"])


def given_up(report: OrderReport, why: str) -> None:
    """Say why nothing can be done with a report; what was asked for is no longer waited for."""
    OrderReport.objects.filter(pk=report.pk).update(fault=why, asked_at=None, asked_by=None)


def read_report(report: OrderReport, *, day: Day) -> None:
    """Read a report's lines, stored by and by, then compare them with what is known.

    What cannot be read is told as its `fault`. Begun anew where it was left off.
    """
    report.lines.all().delete()
    stored: list[ReportLine] = []
    try:
        with opened_report(bytes(report.content), report.sender.columns) as table:
            for line in lines_of(table):
                line.reseller_id, line.report_id = report.reseller_id, report.pk
                stored.append(line)
                if len(stored) % BATCH == 0:
                    _store(report, stored[-BATCH:], read=len(stored))
    except Unreadable as refusal:
        OrderReport.objects.filter(pk=report.pk).update(fault=str(refusal))
        return
    _store(report, stored[len(stored) - len(stored) % BATCH :], read=len(stored))
    with transaction.atomic():
        lines = list(report.lines.all())
        _write_down(compare(lines, known_to(report.reseller, lines, day=day)))
        OrderReport.objects.filter(pk=report.pk).update(compared_at=timezone.now())


def _store(report: OrderReport, lines: Sequence[ReportLine], *, read: int) -> None:
    with transaction.atomic():
        copy_in(ReportLine, lines)
        OrderReport.objects.filter(pk=report.pk).update(lines_read=read)


@transaction.atomic
def ask_to_record(report: OrderReport, *, by: User) -> None:
    """Ask for what is matched to be recorded; raises ActionRefused "asked" or "nothing"."""
    report = OrderReport.objects.select_for_update().get(pk=report.pk)
    _refuse_asked(report)
    if report.compared_at is None or not report.lines.filter(outcome=Outcome.MATCHED).exists():
        raise ActionRefused(_("There is nothing in this report to record."), code="nothing")
    report.asked_at, report.asked_by, report.fault = timezone.now(), by, ""
    report.save(update_fields=["asked_at", "asked_by", "fault"])


def _refuse_asked(report: OrderReport) -> None:
    if report.asked_at is not None:
        raise ActionRefused(
            _("The orders of this report are recorded already, or are being recorded."),
            code="asked",
        )


def record_report(report: OrderReport, *, by: User, day: Day) -> list[Order]:
    """Record the orders of a report in one transaction; return them.

    Everything is compared anew once its customers are locked: what was typed by hand since the
    preview is recognized and left alone, and the lines tell. Nothing is recorded twice.
    """
    lines = list(report.lines.all())
    with transaction.atomic():
        locked = OrderReport.objects.select_for_update().get(pk=report.pk)
        orders: list[Order] = []
        if locked.recorded_at is not None:
            return orders
        customers = _customers_of(report)
        with acting_on(customers, by=by, day=day) as work:
            found = _compared_under_locks(report, lines, customers, day=day)
            placed = orders_in(found)
            orders = record_within(work, placed, by=by) if placed else []
            _tell(found, orders)
        _write_down(found)
        report.recorded_at, report.orders_recorded = timezone.now(), len(orders)
        report.content = b""
        report.save(update_fields=["recorded_at", "orders_recorded", "content"])
    return orders


def _customers_of(report: OrderReport) -> list[Customer]:
    """Return the customers of what the preview has matched; they are the ones to be locked."""
    matched = report.lines.filter(outcome=Outcome.MATCHED, customer__isnull=False)
    customers = list(Customer.objects.filter(pk__in=matched.order_by().values("customer")))
    for customer in customers:
        customer.reseller = report.reseller
    return customers


def _compared_under_locks(
    report: OrderReport, lines: Sequence[ReportLine], locked: Sequence[Customer], *, day: Day
) -> list[Found]:
    """Compare once more; an order of somebody who is not locked has only just come to match."""
    found = compare(lines, known_to(report.reseller, lines, day=day))
    ids = {customer.pk for customer in locked}
    strange = {
        comparison_key(one.line.order_number)
        for one in found
        if one.outcome == Outcome.MATCHED and (one.customer is None or one.customer.pk not in ids)
    }
    for one in found:
        if comparison_key(one.line.order_number) in strange and one.outcome == Outcome.MATCHED:
            one.outcome = Outcome.HELD
            one.explanation = _("Has changed in the meantime. Upload the report again.")
    return found


def orders_in(found: Iterable[Found]) -> list[Placed]:
    """Return the orders that matched lines make up, in the order of the file."""
    by_number: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        if one.outcome == Outcome.MATCHED:
            by_number[comparison_key(one.line.order_number)].append(one)
    return [_placed(some) for some in by_number.values()]


def _placed(lines: Sequence[Found]) -> Placed:
    paid: dict[int, PurchaseAuthorization] = {}
    bought: dict[bool, dict[int, tuple[Customer, list[tuple[Product, int]]]]] = {
        True: {},
        False: {},
    }
    first = lines[0].line
    for one in lines:
        if one.authorization is not None:
            paid[one.authorization.pk] = one.authorization
        elif one.customer and one.product and one.line.quantity:
            of_customer = bought[one.renews].setdefault(one.customer.pk, (one.customer, []))
            of_customer[1].append((one.product, one.line.quantity))
    if first.ordered_on is None:
        raise ValueError("a matched line has a date")
    return Placed(
        number=first.order_number,
        ordered_on=first.ordered_on,
        authorizations=list(paid.values()),
        direct=[Direct(customer, some) for customer, some in bought[False].values()],
        renewals=[Renewal(customer, some) for customer, some in bought[True].values()],
    )


def _tell(found: Iterable[Found], orders: Iterable[Order]) -> None:
    """Let matched lines say in which order they are now."""
    of_number = {order.number_key: order for order in orders}
    for one in found:
        if one.outcome == Outcome.MATCHED:
            one.order = of_number[comparison_key(one.line.order_number)]


def _write_down(found: Sequence[Found]) -> None:
    columns: list[list[object]] = [
        [one.line.pk for one in found],
        [str(one.outcome) for one in found],
        [one.explanation for one in found],
        [one.customer.pk if one.customer else None for one in found],
        [one.authorization.pk if one.authorization else None for one in found],
        [one.order.pk if one.order else None for one in found],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, columns)

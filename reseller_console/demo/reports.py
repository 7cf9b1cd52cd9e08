"""Order reports of distributors: one to be recorded, one that is known, one without columns.

Every outcome a line can have is there for three customers or more (`tests/demo/test_reports.py`).
Nothing of them is recorded: whoever looks at the demonstration does that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice

from authorizations.actions.reconcile import read_report, upload_report
from authorizations.models import OrderLine, OrderReport, PurchaseAuthorization
from authorizations.workbench.listing import Workbench
from authorizations.workbench.page import rows_of
from reseller_console.accounts.models import User
from reseller_console.demo.beginning import COPIES
from reseller_console.demo.books import Books
from reseller_console.tenancy.models import Day, Reseller

_HEADS = ("Sales order", "Order date", "PA number", "PO", "VIP ID", "Item", "Qty")
_HEADS_OF_ANOTHER = ("Reference", "Booked", "Document")
_READ = 200

Row = tuple[object, ...]


def upload_reports(books: Books) -> None:
    """Upload three reports of two distributors this morning, and have them compared."""
    reseller, by, day = books.reseller, books.managers[0], books.day
    month = f"{day.today:%Y-%m}"
    known, new = list(_recorded_already(reseller)), list(_new(reseller, by, day))
    for sender, name, heads, rows in (
        ("Northwind Distribution", f"shipped-{month}.csv", _HEADS, known),
        ("Baltic Software Supply", f"bookings-{month}.csv", _HEADS_OF_ANOTHER, _unnamed(known)),
        ("Northwind Distribution", f"orders-{month}.csv", _HEADS, new + known[:COPIES]),
    ):
        content = "\n".join(";".join(map(str, row)) for row in (heads, *rows)).encode()
        report = upload_report(reseller, sender=sender, file_name=name, content=content, by=by)
        read_report(report, day=day)
        at = books.instant(day.today, 9 * 60)
        told = OrderReport.objects.filter(pk=report.pk)
        told.update(uploaded_at=at)
        told.filter(compared_at__isnull=False).update(compared_at=at)


def _unnamed(rows: Iterable[Row]) -> list[Row]:
    """Return rows below heads that say nothing to anybody else."""
    return [(row[0], row[1], row[2]) for row in rows]


def _recorded_already(reseller: Reseller) -> Iterator[Row]:
    """Yield lines of orders that are recorded, each of another customer."""
    lines = OrderLine.objects.filter(reseller=reseller, authorization__isnull=False)
    newest = lines.select_related("order", "customer", "product", "authorization")
    found = {
        line.customer_id: line for line in newest.order_by("-order__recorded_on", "-id")[:_READ]
    }
    for line in islice(found.values(), 4 * COPIES):
        paid = line.authorization.number if line.authorization else ""
        yield (
            *(line.order.number, line.order.ordered_on, paid, ""),
            *(line.customer.vip_id, line.product.name, line.quantity),
        )


def _new(reseller: Reseller, by: User, day: Day) -> Iterator[Row]:
    """Yield lines of orders that are not recorded, of three customers for each case."""
    awaiting = (
        PurchaseAuthorization.objects.on(day.today)
        .filter(reseller=reseller)
        .open()
        .select_related("customer")
        .prefetch_related("lines__product")
        .order_by("due_on", "id")[:_READ]
    )
    papers = list({row.customer_id: row for row in awaiting}.values())
    several = [row for row in papers if len(row.lines.all()) > 1]
    others = iter([row for row in papers if row not in several[:COPIES]])
    today, number = day.today, _numbers()
    for row in islice(others, COPIES):
        whole = list(_of(row, next(number), today))
        yield from whole
        yield whole[0]
    for row in islice(others, COPIES):
        yield from _of(row, next(number), today, more=2)
    for row in islice(others, COPIES):
        yield from _of(row, next(number), row.created_on - dt.timedelta(days=3))
    for row in islice(others, COPIES):
        order = next(number)
        yield from _of(row, order, today)
        yield (order, today, "", "", row.customer.vip_id, "Shipping", 1)
    for row in several[:COPIES]:
        yield next(_of(row, next(number), today))
    for customer, name, left in _to_renew(by, day):
        yield (next(number), today, "", "", customer, name, left)


def _of(row: PurchaseAuthorization, order: str, date: dt.date, *, more: int = 0) -> Iterator[Row]:
    for line in row.lines.all():
        yield (
            *(order, date, row.number, row.po_number),
            *(row.customer.vip_id, line.product.name, line.quantity + more),
        )


def _to_renew(by: User, day: Day) -> Iterator[tuple[str, str, int]]:
    """Yield a product that is to renew now, of three customers."""
    customers = Workbench.from_query({}).customers(by, day)
    found = customers.select_related("reseller", "managed_by").shown_on(day).order_by("pk")[:_READ]
    rows = (row for row in rows_of(list(found), day) if row.is_open)
    for row in islice(rows, COPIES):
        line = next(line for line in row.lines if line.owned.left)
        yield row.customer.vip_id, line.product.name, line.owned.left


def _numbers() -> Iterator[str]:
    """Yield the distributor's order numbers."""
    yield from (f"NW-{number}" for number in range(70_001, 70_100))

"""The worklist as a file: what is on the screen, in its order, however many."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from authorizations.details.page import Row, rows_of
from authorizations.emails import products_in_words
from authorizations.worklist.listing import KEYS, Worklist
from authorizations.worklist.page import found, shown
from reseller_console.accounts.models import User
from reseller_console.lib.lists.export import Sheet, batches
from reseller_console.tenancy.models import Day

BATCH = 500

_COLUMNS: tuple[str | Promise, ...] = (
    _("Organization name"),
    _("VIP ID"),
    _("PA number"),
    _("PO number"),
    _("Status"),
    _("Created on"),
    _("Order due"),
    _("Products"),
    _("Months to order"),
    _("Days"),
    _("Anniversary date"),
    _("Requested by"),
    _("Managed by"),
)


def lines(listing: Worklist, user: User, day: Day) -> Iterator[str]:
    """Yield the file line by line: the heads, then every purchase authorization on the list."""
    sheet = Sheet()
    yield sheet.heads(_COLUMNS)
    for row in _rows(listing, user, day):
        yield sheet.rows([_cells(row)])


def file_name(day: Day) -> str:
    """Return the name the file is saved under."""
    return f"orders-to-place-{day.today.isoformat()}.csv"


def _rows(listing: Worklist, user: User, day: Day) -> Iterator[Row]:
    everything = shown(found(listing, user, day), day)
    for rows in batches(everything, KEYS, size=BATCH, keys_of=lambda row: (row.due_on, row.pk)):
        yield from rows_of(rows, today=day.today)


def _cells(row: Row) -> list[object]:
    authorization = row.authorization
    customer, asker = authorization.customer, authorization.requested_by
    return [
        customer.name,
        customer.vip_id,
        authorization.number,
        authorization.po_number,
        str(row.status.label),
        authorization.created_on.isoformat(),
        authorization.due_on.isoformat(),
        products_in_words(row.lines),
        authorization.months,
        authorization.days,
        authorization.counts_to.isoformat(),
        str(asker) if asker else "",
        customer.managed_by.name,
    ]

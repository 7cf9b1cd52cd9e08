"""The worklist as a file: what is on the screen, in its order, however many."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from authorizations.details.page import Row, rows_of
from authorizations.emails import products_in_words
from authorizations.worklist.listing import KEYS, Worklist
from authorizations.worklist.page import found, shown
from reseller_console.accounts.models import User
from reseller_console.lib.lists import FileColumn, Sheet, batches
from reseller_console.tenancy.models import Day

BATCH = 500

_COLUMNS: tuple[FileColumn[Row], ...] = (
    FileColumn(_("Organization name"), lambda row: row.authorization.customer.name),
    FileColumn(_("VIP ID"), lambda row: row.authorization.customer.vip_id),
    FileColumn(_("PA number"), lambda row: row.authorization.number),
    FileColumn(_("PO number"), lambda row: row.authorization.po_number),
    FileColumn(_("Status"), lambda row: str(row.status.label)),
    FileColumn(_("Created on"), lambda row: row.authorization.created_on.isoformat()),
    FileColumn(_("Order due"), lambda row: row.authorization.due_on.isoformat()),
    FileColumn(_("Products"), lambda row: products_in_words(row.lines)),
    FileColumn(_("Months to order"), lambda row: row.authorization.months),
    FileColumn(_("Days"), lambda row: row.authorization.days),
    FileColumn(_("Anniversary date"), lambda row: row.authorization.counts_to.isoformat()),
    FileColumn(_("Requested by"), lambda row: str(row.authorization.requested_by or "")),
    FileColumn(_("Managed by"), lambda row: row.authorization.customer.managed_by.name),
)


def lines(listing: Worklist, user: User, day: Day) -> Iterator[str]:
    """Yield the file line by line: the heads, then every purchase authorization on the list."""
    sheet = Sheet()
    yield sheet.heads(column.label for column in _COLUMNS)
    for row in _rows(listing, user, day):
        yield sheet.rows([[column.cell(row) for column in _COLUMNS]])


def file_name(day: Day) -> str:
    """Return the name the file is saved under."""
    return f"orders-to-place-{day.today.isoformat()}.csv"


def _rows(listing: Worklist, user: User, day: Day) -> Iterator[Row]:
    everything = shown(found(listing, user, day), day)
    for rows in batches(everything, KEYS, size=BATCH, keys_of=lambda row: (row.due_on, row.pk)):
        yield from rows_of(rows, today=day.today)

"""The worklist as a file: what is on the screen, in its order, however many."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from authorizations.details.rows import Row, rows_of
from authorizations.emails import products_in_words
from authorizations.worklist.listing import KEYS, Worklist
from authorizations.worklist.page import found, seller_of, shown
from reseller_console.accounts.models import User
from reseller_console.lib.lists import FileColumn, ListFile, batches
from reseller_console.tenancy.models import Day

BATCH = 500

_COLUMNS: tuple[FileColumn[Row], ...] = (
    FileColumn(_("Organization name"), lambda row: row.authorization.customer.name),
    FileColumn(_("VIP ID"), lambda row: row.authorization.customer.vip_id),
    FileColumn(_("PA number"), lambda row: row.authorization.number),
    FileColumn(_("PO number"), lambda row: row.authorization.po_number),
    FileColumn(_("Status"), lambda row: str(row.status.label)),
    FileColumn(_("Why"), lambda row: str(row.reason)),
    FileColumn(_("Created on"), lambda row: row.authorization.created_on),
    FileColumn(_("Order due"), lambda row: row.authorization.due_on),
    FileColumn(_("Products"), lambda row: products_in_words(row.lines)),
    FileColumn(_("Months to order"), lambda row: row.authorization.months),
    FileColumn(_("Days"), lambda row: row.authorization.days),
    FileColumn(_("Anniversary date"), lambda row: row.authorization.counts_to),
    FileColumn(_("Requested by"), lambda row: str(row.authorization.requested_by or "")),
    FileColumn(_("Managed by"), lambda row: row.authorization.customer.managed_by.name),
)


def file_of(listing: Worklist, user: User, day: Day) -> ListFile:
    """Return every purchase authorization on the list, on whatever page."""
    heads = [column.label for column in _COLUMNS]
    return ListFile(f"orders-to-place-{day.today.isoformat()}", heads, _cells(listing, user, day))


def _cells(listing: Worklist, user: User, day: Day) -> Iterator[list[list[object]]]:
    everything, seller = shown(found(listing, user, day), day), seller_of(user)
    for some in batches(everything, KEYS, size=BATCH, keys_of=lambda row: (row.due_on, row.pk)):
        rows = rows_of(some, seller=seller, today=day.today)
        yield [[column.cell(row) for column in _COLUMNS] for row in rows]

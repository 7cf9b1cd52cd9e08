"""The workbench as a file: what is on the screen, in its order, a line a product."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from authorizations.workbench.listing import Workbench
from authorizations.workbench.page import Line, Row, rows_of
from reseller_console.accounts.models import User
from reseller_console.lib.lists import FileColumn, ListFile, batches, keys_of
from reseller_console.tenancy.models import Day

BATCH = 500

_COLUMNS: tuple[FileColumn[tuple[Row, Line]], ...] = (
    FileColumn(_("Organization name"), lambda pair: pair[0].customer.name),
    FileColumn(_("VIP ID"), lambda pair: pair[0].customer.vip_id),
    FileColumn(_("Anniversary date"), lambda pair: pair[0].ends_on),
    FileColumn(_("Renewal orders from"), lambda pair: pair[0].opens_on),
    FileColumn(_("Last day"), lambda pair: pair[0].last_day),
    FileColumn(_("Product"), lambda pair: pair[1].product.name),
    FileColumn(_("Licenses"), lambda pair: pair[1].owned.quantity),
    FileColumn(_("Renewed"), lambda pair: pair[1].owned.renewed),
    FileColumn(_("Not renewed by choice"), lambda pair: pair[1].owned.dropped),
    FileColumn(_("To renew"), lambda pair: pair[1].owned.left),
    FileColumn(_("Last notified on"), lambda pair: pair[0].contact.on if pair[0].contact else None),
    FileColumn(_("Last notified by"), lambda pair: pair[0].contact.by if pair[0].contact else ""),
    FileColumn(
        _("Notification email"),
        lambda pair: (
            str(pair[0].contact.state.label) if pair[0].contact and pair[0].contact.state else ""
        ),
    ),
    FileColumn(
        _("Discount level"), lambda pair: pair[0].discount.level if pair[0].discount else None
    ),
    FileColumn(_("PO number"), lambda pair: pair[0].po_number),
    FileColumn(_("Managed by"), lambda pair: pair[0].customer.managed_by.name),
)


def file_of(listing: Workbench, user: User, day: Day) -> ListFile:
    """Return every renewal on the list, on whatever page."""
    heads = [column.label for column in _COLUMNS]
    return ListFile(f"renewals-{day.today.isoformat()}", heads, _cells(listing, user, day))


def _cells(listing: Workbench, user: User, day: Day) -> Iterator[list[list[object]]]:
    keys = listing.keys(user, day)
    everything = listing.customers(user, day).select_related("managed_by", "reseller")
    everything = everything.shown_on(day)
    for customers in batches(
        everything, keys, size=BATCH, keys_of=lambda customer: keys_of(customer, keys)
    ):
        yield [
            [column.cell((row, line)) for column in _COLUMNS]
            for row in rows_of(customers, day)
            for line in row.lines
        ]

"""The lines of a report as a file, each with what it was found to be."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from authorizations.models import ReportLine
from authorizations.reconciling.page import KEYS, Lines, lines_on
from reseller_console.lib.lists import FileColumn, ListFile, batches, keys_of

BATCH = 2_000

_COLUMNS: tuple[FileColumn[ReportLine], ...] = (
    FileColumn(_("Line"), lambda line: line.line),
    FileColumn(_("Order number"), lambda line: line.order_number),
    FileColumn(_("Order date"), lambda line: line.ordered_on),
    FileColumn(_("PA number"), lambda line: line.authorization_number),
    FileColumn(_("PO number"), lambda line: line.po_number),
    FileColumn(_("VIP ID"), lambda line: line.vip_id),
    FileColumn(_("Product"), lambda line: line.product),
    FileColumn(_("Quantity"), lambda line: line.quantity),
    FileColumn(_("Outcome"), lambda line: str(line.state.label) if line.state else ""),
    FileColumn(_("Why"), lambda line: line.explanation),
    FileColumn(_("Customer"), lambda line: line.customer.name if line.customer else ""),
    FileColumn(
        _("Purchase authorization"),
        lambda line: line.authorization.number if line.authorization else "",
    ),
)


def file_of(listing: Lines) -> ListFile:
    """Return every line on the list, on whatever page."""
    heads = [column.label for column in _COLUMNS]
    return ListFile(f"order-report-{listing.report.pk}", heads, _cells(listing))


def _cells(listing: Lines) -> Iterator[list[list[object]]]:
    lines = lines_on(listing)
    for some in batches(lines, KEYS, size=BATCH, keys_of=lambda line: keys_of(line, KEYS)):
        yield [[column.cell(line) for column in _COLUMNS] for line in some]

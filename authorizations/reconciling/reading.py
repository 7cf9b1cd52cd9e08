"""An order report: its columns, what distributors call them, and its lines."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authorizations.models import ReportLine
from reseller_console.lib.tables.cells import read_date
from reseller_console.lib.tables.faults import Fault, Unreadable
from reseller_console.lib.tables.heads import Column, Layout, plain
from reseller_console.lib.tables.reader import Record, Table, opened

MOST_LINES = 50_000
MOST_BYTES = 10_000_000
_UNPACKED_MOST = 200_000_000
_MOST_LICENSES = 200_000

NUMBER, ORDERED, PA, PO, VIP, PRODUCT, QUANTITY = COLUMNS = (
    "order_number",
    "ordered_on",
    "authorization_number",
    "po_number",
    "vip_id",
    "product",
    "quantity",
)
LABELS = {
    NUMBER: gettext_lazy("Order number"),
    ORDERED: gettext_lazy("Order date"),
    PA: gettext_lazy("PA number"),
    PO: gettext_lazy("PO number"),
    VIP: gettext_lazy("VIP ID"),
    PRODUCT: gettext_lazy("Product"),
    QUANTITY: gettext_lazy("Quantity"),
}
REQUIRED = (NUMBER, ORDERED)
_HEADS = {
    NUMBER: "order number|order no|order id|order|sales order|sales order number|so number"
    "|vendor order number|distributor order number|order reference|auftragsnummer"
    "|bestellnummer|tellimuse number|tellimus",
    ORDERED: "order date|ordered on|date ordered|sales order date|date|purchase date"
    "|auftragsdatum|bestelldatum|tellimuse kuupäev|kuupäev",
    PA: "pa number|pa|pa no|purchase authorization|purchase authorization number"
    "|authorization number|authorization|pa id",
    PO: "po number|po|po no|purchase order|purchase order number|customer po|reseller po"
    "|customer po number|reseller po number|ihre bestellnummer|kundenbestellnummer",
    VIP: "vip id|vip|vip number|vip membership id|membership id|customer id|vip mitgliedsnummer"
    "|end user id|vip kood",
    PRODUCT: "product|product name|item|item description|description|article|produkt|artikel"
    "|bezeichnung|toode|kaup",
    QUANTITY: "quantity|qty|quantity ordered|licenses|number of licenses|units|seats|menge"
    "|anzahl|kogus",
}
_LONGEST = {
    NUMBER: 35, PA: 35, PO: 35, VIP: 35, PRODUCT: 120,
}  # fmt: skip
_NUMBER = re.compile(r"(\d{1,9})(?:[.,]0+)?")


def layout(mapped: Mapping[str, str]) -> Layout:
    """Return the columns of a report; `mapped` has the head by our column, as a sender says."""
    taken = {plain(head) for head in mapped.values()}
    return Layout(
        columns=tuple(
            Column(
                name,
                heads=(plain(mapped[name]),)
                if mapped.get(name)
                else tuple(
                    dict.fromkeys(
                        head for head in map(plain, _HEADS[name].split("|")) if head not in taken
                    )
                ),
                required=name in REQUIRED,
            )
            for name in COLUMNS
        )
    )


@contextmanager
def opened_report(data: bytes, mapped: Mapping[str, str]) -> Iterator[Table]:
    """Open a report; raises Unreadable when it is no table or lacks what is required."""
    file = io.BytesIO(data)
    with opened(file, layout(mapped), unpacked_most=_UNPACKED_MOST) as table:
        _check_what_is_bought(table)
        yield table


def _check_what_is_bought(table: Table) -> None:
    there = table.heads.places.keys()
    if not there & {PA, PO} and not {VIP, PRODUCT, QUANTITY} <= there:
        raise Unreadable(
            _(
                "The file names no purchase authorizations. It needs a column with PA numbers or"
                " PO numbers, or columns with VIP ID, product and quantity."
            ),
            code="nothing_bought",
        )


def heads_of(data: bytes) -> list[str]:
    """Return the heads of a file, to choose from: the row of the first ones with the most cells."""
    anything = Layout(columns=(Column("any", heads=()),))
    with opened(io.BytesIO(data), anything, unpacked_most=_UNPACKED_MOST) as table:
        rows = [cells for _line, cells in table.grid.top]
    filled = [[cell.strip() for cell in cells if cell.strip()] for cells in rows]
    widest = max(filled, key=len, default=[])
    return list(dict.fromkeys(head[:100] for head in widest))


def guessed(heads: list[str]) -> dict[str, str]:
    """Return the head of a file by our column, where its words are known."""
    known = layout({}).by_head
    found: dict[str, tuple[int, str]] = {}
    for head in heads:
        if plain(head) in known:
            column, rank = known[plain(head)]
            found[column] = min(found.get(column, (rank, head)), (rank, head))
    return {column: head for column, (_rank, head) in found.items()}


def lines_of(table: Table) -> Iterator[ReportLine]:
    """Yield the lines of a report as they were read; what could not be is their `fault`.

    Raises Unreadable beyond the most lines there may be.
    """
    for count, row in enumerate(table.records(), 1):
        if count > MOST_LINES:
            raise Unreadable(
                _("The report has more than %(most)s lines. Split it.")
                % {"most": f"{MOST_LINES:,}"},
                code="too_many",
            )
        if isinstance(row, Fault):
            yield ReportLine(line=row.line, fault=str(row)[:500])
        else:
            yield _line(row)


def _line(row: Record) -> ReportLine:
    cells, faults = row.cells, []
    line = ReportLine(line=row.line)
    for name, longest in _LONGEST.items():
        text = " ".join(cells.get(name, "").split())
        if len(text) > longest:
            faults.append(
                _("%(column)s is longer than %(most)d characters.")
                % {"column": LABELS[name], "most": longest}
            )
        setattr(line, name, text[:longest])
    line.authorization_number = line.authorization_number.upper()
    line.vip_id = line.vip_id.replace(" ", "").upper()
    try:
        line.ordered_on = _date(cells.get(ORDERED, ""))
        line.quantity = _quantity(cells.get(QUANTITY, ""))
    except ValidationError as error:
        faults += error.messages
    if not line.order_number:
        faults.append(_("The order number is missing."))
    line.fault = " ".join(faults)
    return line


def _date(text: str) -> dt.date:
    found = read_date(text)
    if found is None:
        raise ValidationError(_("The order date is missing."))
    return found


def _quantity(text: str) -> int | None:
    """Return the number of licenses a cell means, None for a blank one."""
    if not text.strip():
        return None
    found = _NUMBER.fullmatch(text.replace(" ", ""))
    number = int(found[1]) if found else 0
    if not 1 <= number <= _MOST_LICENSES:
        raise ValidationError(
            _("“%(text)s” is not a number of licenses.") % {"text": text.strip()[:40]}
        )
    return number

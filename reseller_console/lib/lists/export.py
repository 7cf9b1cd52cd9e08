"""Lists as files: all rows, in batches by keyset, as text or as an Excel workbook.

Of a file of text neither the process nor the database holds more than one batch, and each leaves
as soon as it is written. A workbook is complete only at its end, so it is written to a temporary
file first and has room for so many rows (`MOST_ROWS`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from defusedcsv import csv
from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from reseller_console.lib.languages import keep_speaking
from reseller_console.lib.lists.keyset import Beyond, Key, ordering
from reseller_console.lib.lists.workbook import MOST_ROWS, TooManyRows, workbook

# Spreadsheets take a file for UTF-8 only when it begins with this.
BYTE_ORDER_MARK = "\ufeff"
Kind = Literal["csv", "xlsx"]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_LIKE_GUARDED = re.compile(r"'+(?:[@+\-=%]|\\*\|)")


class FileColumn[Row](NamedTuple):
    """A column of a file: its head, and its cell of a row."""

    label: str | Promise
    cell: Callable[[Row], object]


@dataclass(frozen=True)
class ListFile:
    """A list as a file of any kind: its name without an ending, heads, and rows in batches.

    Cells are texts, numbers, dates, instants without a zone, or None.
    """

    name: str
    heads: Iterable[str | Promise]
    batches: Iterable[Iterable[Sequence[object]]]


def file_response(
    request: HttpRequest, file: ListFile, kind: Kind, *, back: str
) -> HttpResponseBase:
    """Send a list as a file, in the language of the page it was asked for on.

    One with too many rows for a workbook leads to `back`, which says so.
    """
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}.{kind}"',
        "Cache-Control": "no-store",
    }
    if kind == "csv":
        content = "text/csv; charset=utf-8"
        return StreamingHttpResponse(keep_speaking(csv_pieces(file)), content, headers=headers)
    try:
        rows = ([_told_apart(cell) for cell in row] for batch in file.batches for row in batch)
        book = workbook([str(label) for label in file.heads], rows)
        return FileResponse(book, content_type=_XLSX, headers=headers)
    except TooManyRows:
        sentence = _(
            "This list has more than %(rows)s rows, which is too many for an Excel file."
            " Export it as CSV instead."
        )
        messages.error(request, sentence % {"rows": f"{MOST_ROWS:,}"})
        return HttpResponseRedirect(back)


class _Text:
    """What a writer of CSV has written and nobody has taken yet."""

    def __init__(self) -> None:
        self._written: list[str] = []

    def write(self, text: str) -> None:
        self._written.append(text)

    def take(self) -> str:
        text = "".join(self._written)
        self._written.clear()
        return text


def csv_pieces(file: ListFile) -> Iterator[str]:
    """Yield a file of text in pieces: the heads, then batch after batch."""
    text = _Text()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([str(label) for label in file.heads])
    yield BYTE_ORDER_MARK + text.take()
    for batch in file.batches:
        writer.writerows([_as_text(_told_apart(cell)) for cell in row] for row in batch)
        yield text.take()


def _as_text(cell: object) -> object:
    """Return an instant to the minute; everything else writes itself: ISO dates, plain numbers."""
    return cell.isoformat(" ", "minutes") if isinstance(cell, dt.datetime) else cell


def _told_apart(cell: object) -> object:
    """Return a cell that is not taken for a guarded one when it is read again.

    The writer of CSV puts an apostrophe before what a spreadsheet would compute. Text that begins
    so by itself gets one more, or `lib/tables/cells.py` would take the only one off.
    """
    if isinstance(cell, str) and cell.startswith("'") and _LIKE_GUARDED.match(cell):
        return "'" + cell.replace("|", "\\|")
    return cell


def batches[Row](
    rows: QuerySet[Any, Row],
    keys: list[Key],
    *,
    size: int,
    keys_of: Callable[[Row], tuple],
    downwards: bool = False,
) -> Iterator[list[Row]]:
    """Yield all rows of a queryset in the order of `keys`, `size` at a time."""
    everything = rows.order_by(*ordering(keys, downwards=downwards))
    batch = everything
    while True:
        found = list(batch[:size])
        yield found
        if len(found) < size:
            return
        last = keys_of(found[-1])
        batch = everything.filter(Beyond(keys, last, downwards=downwards))

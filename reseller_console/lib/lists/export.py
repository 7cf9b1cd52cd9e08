"""Lists as files: all rows, in batches by keyset, and lines a spreadsheet opens safely.

Neither the process nor the database holds more than one batch, and each leaves as soon as
it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from defusedcsv import csv
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.functional import Promise

from reseller_console.lib.languages import keep_speaking
from reseller_console.lib.lists.keyset import Beyond, Key, ordering

# Spreadsheets take a file for UTF-8 only when it begins with this.
BYTE_ORDER_MARK = "\ufeff"

_LIKE_GUARDED = re.compile(r"'+(?:[@+\-=%]|\\*\|)")


def csv_response(pieces: Iterable[str], name: str) -> StreamingHttpResponse:
    """Send a file piece by piece, in the language of the page it was asked for on."""
    return StreamingHttpResponse(
        keep_speaking(pieces),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


class FileColumn[Row](NamedTuple):
    """A column of a file: its head, and its cell of a row."""

    label: str | Promise
    cell: Callable[[Row], object]


class Sheet:
    """A file of which only the lines written last exist."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._writer = csv.writer(self, lineterminator="\r\n")

    def write(self, text: str) -> None:
        """Keep a line until it is taken away."""
        self._written.append(text)

    def heads(self, labels: Iterable[object]) -> str:
        """Return the first line of the file."""
        return BYTE_ORDER_MARK + self.rows([[str(label) for label in labels]])

    def rows(self, rows: Iterable[Sequence[object]]) -> str:
        """Return rows as they are in the file."""
        self._writer.writerows([_told_apart(cell) for cell in row] for row in rows)
        text = "".join(self._written)
        self._written.clear()
        return text


def _told_apart(cell: object) -> object:
    """Return a cell that is not taken for a guarded one when it is read again.

    The writer puts an apostrophe before what a spreadsheet would compute. Text that begins so
    by itself gets one more, or `lib/tables/cells.py` would take the only one off.
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

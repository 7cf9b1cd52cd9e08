"""The one reader of tables: from the bytes of a file to records with the numbers of their lines.

Nothing larger than a row is held, whatever the size of the file, and whoever needs a bound on
rows or bytes gives one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from django.utils.translation import gettext as _

from reseller_console.lib.tables import encodings, kinds, separated, workbooks
from reseller_console.lib.tables.cells import is_spreadsheet_error, unguarded
from reseller_console.lib.tables.encodings import Encoding
from reseller_console.lib.tables.faults import Fault, Unreadable
from reseller_console.lib.tables.heads import Grid, Heads, Layout, locate
from reseller_console.lib.tables.separated import Line, is_blank

# What a workbook may unpack to, in bytes: a million rows of addresses.
UNPACKED_MOST = 1_000_000_000
_SHOWN_NAMES = 5
_SEARCHED_ROWS = 20_000
_REPLACED = "\ufffd"
# Signs of a wrong encoding, of a spreadsheet's errors, and of what our own exports guarded.
_UNUSUAL = re.compile(r"[\ufffd#']|Err:|Fehler:|Viga:", re.IGNORECASE)


@dataclass(frozen=True)
class Record:
    """One row's cells by column, blank where it is silent."""

    line: int
    cells: dict[str, str]


class Table:
    """A file whose heads are found. `encoding` is None for a workbook."""

    def __init__(self, grid: Grid, heads: Heads, layout: Layout, encoding: Encoding | None) -> None:
        self.grid, self.heads, self.layout, self.encoding = grid, heads, layout, encoding
        self._places = tuple(heads.places.items())

    def lines(self) -> Iterator[Line]:
        """Yield the rows as they stand in the file, heads and titles included."""
        return self.grid.rows(self.heads.width)

    def records(self) -> Iterator[Record | Fault]:
        """Yield the records below the heads, and a fault for each line that is none."""
        for row in self.lines():
            if isinstance(row, Fault):
                if row.line > self.heads.line:
                    yield row
            elif row[0] > self.heads.line:
                yield from self._found(*row)

    def names_as_read(self) -> list[str]:
        """Return some names in which a wrong encoding would show."""
        found: dict[str, None] = {}
        for count, record in enumerate(self.records()):
            if count > _SEARCHED_ROWS or len(found) >= _SHOWN_NAMES:
                break
            if isinstance(record, Record):
                cells = [record.cells[name] for name in self.layout.shown if name in record.cells]
                found |= dict.fromkeys(cell[:60] for cell in cells if not cell.isascii())
        return list(found)[:_SHOWN_NAMES]

    def _found(self, line: int, cells: list[str]) -> Sequence[Record | Fault]:
        """Return the record of a row, or what is wrong with it."""
        if self.layout.strict and (place := self._under_no_head(cells)) is not None:
            reason = _("has text in column %(column)d, which has no header.")
            return [Fault(line, "", reason % {"column": place + 1})]
        taken = {name: _first(cells, places) for name, places in self._places}
        # Nearly every row of many is plain: what may be wrong is looked for in all of it at once.
        if not _UNUSUAL.search("\n".join(cells)):
            return [Record(line, taken)]
        if any(_REPLACED in cell for cell in cells):
            return [Fault(line, "", self._not_in_encoding())]
        sentence = _("“%(text)s” is a spreadsheet error, not a value.")
        faults = [
            Fault(line, self.heads.written.get(name, name), sentence % {"text": text})
            for name, text in taken.items()
            if is_spreadsheet_error(text)
        ]
        return faults or [Record(line, {name: unguarded(text) for name, text in taken.items()})]

    def _under_no_head(self, cells: list[str]) -> int | None:
        """Return the place of the first cell with text that has no head."""
        if not self.heads.nameless and len(cells) <= self.heads.width:
            return None
        places = chain(self.heads.nameless, range(self.heads.width, len(cells)))
        return next((at for at in places if at < len(cells) and not is_blank(cells[at])), None)

    def _not_in_encoding(self) -> str:
        if self.encoding is None:
            return _("has characters that were already lost in the workbook.")
        return _("has characters that are not in %(encoding)s.") % {"encoding": self.encoding.label}


def _first(cells: list[str], places: list[int]) -> str:
    """Return the first of some cells that is not blank, without blanks around it."""
    for place in places:
        if place < len(cells) and (text := cells[place].strip()):
            return text
    return ""


@contextmanager
def opened(
    file: BinaryIO, layout: Layout, *, encoding: str = "", unpacked_most: int = UNPACKED_MOST
) -> Iterator[Table]:
    """Open a table in a file that can be read from its beginning again; raises Unreadable.

    `encoding` is one of `encodings.choices`; blank, it is found out.
    """
    if kinds.is_workbook(file):
        with workbooks.opened(file, unpacked_most=unpacked_most) as book:
            grids = [_sheet(book, name) for name in workbooks.sheets(book)]
            yield Table(*locate(grids, layout), layout, None)
        return
    read_as = Encoding(encoding) if encoding else encodings.detect(file)
    if read_as is None:
        raise Unreadable(
            _(
                "The encoding of the file could not be detected."
                " Save it as “CSV UTF-8”, or choose its encoding."
            ),
            code="encoding",
        )
    yield Table(*locate(_parted(file, read_as), layout), layout, read_as)


def _sheet(book: object, name: str) -> Grid:
    return Grid(name, lambda width: workbooks.rows(book, name))


def _parted(file: BinaryIO, encoding: Encoding) -> list[Grid]:
    """Return the file under each separator, or under the one its first line tells."""
    told = separated.told_separator(next(_text(file, encoding), ""))
    return [
        _under(file, encoding, separator, skip=bool(told))
        for separator in ([told] if told else separated.SEPARATORS)
    ]


def _under(file: BinaryIO, encoding: Encoding, separator: str, *, skip: bool) -> Grid:
    def rows(width: int) -> Iterator[Line]:
        lines = _text(file, encoding)
        if skip:
            next(lines)
            lines = chain(["\n"], lines)
        return separated.rows(lines, separator, width=width)

    return Grid(separator, rows)


def _text(file: BinaryIO, encoding: Encoding) -> Iterator[str]:
    """Yield the lines of a file with their ends, whichever those are, without its mark."""
    file.seek(0)
    codec = "utf-8-sig" if encoding.name == "utf-8" else encoding.name
    text = io.TextIOWrapper(file, encoding=codec, errors="replace", newline="")
    try:
        first = text.readline()
        yield first.removeprefix("\ufeff")
        # `yield from` would close the file together with a reader that stops early.
        for line in text:  # noqa: UP028
            yield line
    finally:
        text.detach()


def as_text(table: Table) -> str:
    """Return a workbook's table as separated text whose lines have the numbers of its rows."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    written = 0
    for row in table.lines():
        if not isinstance(row, Fault):
            line, cells = row
            out.write("\r\n" * (line - written - 1))
            writer.writerow([" ".join(cell.split()) for cell in cells])
            written = line
    return out.getvalue()

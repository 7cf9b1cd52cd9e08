"""Rows of separated text (CSV), with the numbers of their lines; a quote never swallows any."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from reseller_console.lib.tables.faults import Fault

SEPARATORS = (",", ";", "\t", "|")
# What a spreadsheet's cell holds at most, by Excel's specifications and limits: line feeds and
# characters. A quoted cell that goes on for longer is one that was never closed.
_MOST_BREAKS = 253
_MOST_CHARACTERS = 32_767

_SEP_LINE = re.compile(r'\s*"?sep=(.)"?\s*')

_LINE_ENDS = frozenset(("\n", "\r\n", "\r"))

# The cells of a row under the number of the line it begins on, or what is wrong with a line.
Line = tuple[int, list[str]] | Fault


def told_separator(first: str) -> str | None:
    """Return the separator a first line such as `sep=;` tells to spreadsheets, else None."""
    told = _SEP_LINE.fullmatch(first.strip("\r\n"))
    return told[1] if told else None


def rows(text: Iterable[str], separator: str, *, width: int = 0) -> Iterator[Line]:
    """Yield the rows that are not blank, and a fault for each line that is none.

    `text` is lines with their ends. A cell in quotes may go on over lines; where its row then
    has another number of cells than `width` (unless that is 0), or its quote is not closed within
    what a cell can hold, the line on which the quote was opened is a fault and the next one is
    read as a line of its own.
    """
    feed = _Feed(text)
    reader = csv.reader(feed, delimiter=separator, strict=True)
    while True:
        feed.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield _spoiled(feed, separator, error)
            continue
        if len(feed.taken) > 1 and width and not _fits(cells, width):
            yield _spoiled(feed, separator, None)
        elif (cells and cells[0].isalnum()) or not all(map(is_blank, cells)):
            yield feed.first, cells


def _fits(cells: list[str], width: int) -> bool:
    return len(cells) >= width and all(map(is_blank, cells[width:]))


def _spoiled(feed: _Feed, separator: str, error: csv.Error | None) -> Line:
    """Return what is wrong with the line that spoils the row; the lines after it are read anew."""
    opened = _opened_on(feed.taken, separator)
    across = len(feed.taken) > 1 or feed.ran_out
    line, text = feed.first + opened, feed.taken[opened]
    feed.give_back(opened + 1)
    if error is not None and "field limit" in str(error):
        most = f"{csv.field_size_limit():,}"
        return Fault(line, "", _("a cell has more than %(most)s characters.") % {"most": most})
    if across:
        reason = _("the quotation mark opened on line %(line)d is never closed.")
        return Fault(line, "", reason % {"line": line})
    if separator == "\t":
        # Copied from a spreadsheet, which puts no cell into quotes for the sake of its own ones.
        return line, text.rstrip("\r\n").split(separator)
    return Fault(
        line,
        "",
        _(
            "there is text after a closing quotation mark."
            " Double the quotation marks inside a cell."
        ),
    )


def _opened_on(lines: list[str], separator: str) -> int:
    """Return which of the lines opens the quote that is not closed, or not well, in them."""
    opened, state = 0, "between"
    for place, line in enumerate(lines):
        for char in line:
            if state == "quoted":
                state = "closing" if char == '"' else "quoted"
            elif state == "closing" and char == '"':
                state = "quoted"
            elif char == separator:
                state = "between"
            elif state == "closing" and char not in "\r\n":
                return opened
            elif state == "between" and char == '"':
                state, opened = "quoted", place
            else:
                state = "plain"
    return opened


def is_blank(cell: str) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return not cell.strip(" \t\r\n\v\f\0\x1a\u00a0\ufeff")


class _Feed:
    """Lines for the csv module, of which it takes more than one only within quotes."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.first = 1
        self.ran_out = False
        self._size = 0

    def begin(self) -> None:
        """Begin a row: what was taken before is done with."""
        self.first += len(self.taken)
        self.taken, self._size, self.ran_out = [], 0, False

    def give_back(self, kept: int) -> None:
        """Leave all but the first `kept` lines of this row to the next ones."""
        self._again.extendleft(reversed(self.taken[kept:]))
        del self.taken[kept:]

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.taken and (len(self.taken) > _MOST_BREAKS or self._size > _MOST_CHARACTERS):
            self.ran_out = True
            raise StopIteration
        try:
            line = self._again.popleft() if self._again else next(self._lines)
            while not self.taken and line in _LINE_ENDS:
                self.first += 1
                line = self._again.popleft() if self._again else next(self._lines)
        except StopIteration:
            self.ran_out = True
            raise
        self.taken.append(line)
        self._size += len(line)
        return line

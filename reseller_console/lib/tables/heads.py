"""Which row of a table holds the heads, and which column is which: by head, else by content."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from reseller_console.lib.tables.faults import Fault, Unreadable
from reseller_console.lib.tables.separated import Line, is_blank
from reseller_console.lib.text import fold

# Titles, dates and blank lines may stand above the heads.
SEARCHED_LINES = 25
_MOST_HEADS = 256
_LONGEST_HEAD = 100
_IN_BRACKETS = re.compile(r"[(\[（].*?[)\]）]")


@dataclass(frozen=True)
class Column:
    """A column an import knows.

    `heads` are what it is called in lists, each as `plain` makes it, the best one first: where a
    row's cell under one is blank, the next one counts. `looks_like` tells by a cell whether it
    may be of this column, for lists that call it something else. `missing` is said where the
    column is required and not there.
    """

    name: str
    heads: tuple[str, ...]
    required: bool = False
    looks_like: Callable[[str], bool] | None = None
    missing: str | Promise = ""


@dataclass(frozen=True)
class Layout:
    """The columns of an import.

    With `strict`, a head that is not known refuses the table. `in_order` is what the columns
    of a list without heads are, besides the one that is recognized, from the left; without it
    there must be heads. The only head that is not known is taken for the first column of
    `left_over`, if it looks like it and none of these is there. `shown` are the columns with names,
    of which some are shown as read. A row with a cell that has a `mark` is never one of heads.
    """

    columns: tuple[Column, ...]
    strict: bool = False
    in_order: tuple[str, ...] = ()
    left_over: tuple[str, ...] = ()
    mark: str = ""
    shown: tuple[str, ...] = ()

    @cached_property
    def by_head(self) -> dict[str, tuple[str, int]]:
        """The column, and how good a name of it this is, by each head."""
        return {
            head: (column.name, rank)
            for column in self.columns
            for rank, head in enumerate(column.heads)
        }


@dataclass
class Heads:
    """What was found: the line of the heads (0 for none), and where each column is."""

    line: int = 0
    width: int = 0
    written: dict[str, str] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    nameless: list[int] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)


@dataclass
class Grid:
    """One way to part a file into rows: under a separator, or a sheet of a workbook."""

    name: str
    rows: Callable[[int], Iterator[Line]]

    @cached_property
    def _first(self) -> list[Line]:
        return list(islice(self.rows(0), SEARCHED_LINES))

    @property
    def top(self) -> list[tuple[int, list[str]]]:
        """The first rows."""
        return [row for row in self._first if not isinstance(row, Fault)]

    @property
    def faults(self) -> list[Fault]:
        """What is wrong with the lines among them."""
        return [row for row in self._first if isinstance(row, Fault)]


def plain(head: str) -> str:
    """Return a head as heads are compared: letters and digits, no case, accents or brackets."""
    bare = _IN_BRACKETS.sub("", head)
    return "".join(c for c in fold(bare) if unicodedata.category(c)[0] in "LN")


def locate(grids: Sequence[Grid], layout: Layout) -> tuple[Grid, Heads]:
    """Return the grid whose heads are known best, and its heads; raises Unreadable.

    Where heads do not name what is required, the content decides.
    """
    found = [
        (grid, _read(cells, line, layout), place)
        for grid in grids
        for place, (line, cells) in enumerate(grid.top)
        if not _is_marked(cells, layout)
    ]
    if not any(grid.top for grid in grids):
        faults = [fault for grid in grids for fault in grid.faults]
        raise Unreadable(str(faults[0]) if faults else _("The list is empty."), code="empty")
    grid, heads, place = max(found, key=lambda one: _worth(one[1]), default=(grids[0], Heads(), 0))
    if heads.places:
        _recognize(grid.top[place:], heads, layout)
    if _lacking(heads, layout) and len(heads.places) < 2:
        # A word that is a head elsewhere may stand in any list.
        for other in grids:
            headless = _without_heads(other, layout)
            if headless is not None and not _lacking(headless, layout):
                return other, headless
    _check(grid, heads, layout)
    return grid, heads


def _is_marked(cells: list[str], layout: Layout) -> bool:
    return any(mark in cell for mark in layout.mark for cell in cells)


def _worth(heads: Heads) -> tuple[int, int]:
    return len(heads.places), -len(heads.unused)


def _lacking(heads: Heads, layout: Layout) -> list[Column]:
    return [one for one in layout.columns if one.required and one.name not in heads.places]


def _read(cells: list[str], line: int, layout: Layout) -> Heads:
    """Return what a row says if it is the one of the heads."""
    heads = Heads(line, width=len(cells))
    ranks: dict[str, dict[int, int]] = {}
    for place, head in enumerate(cells[:_MOST_HEADS]):
        known = layout.by_head.get(plain(head)) if len(head) <= _LONGEST_HEAD else None
        if known is None:
            if is_blank(head):
                heads.nameless.append(place)
            else:
                heads.unused.append(head.strip()[:40])
            continue
        column, rank = known
        there = ranks.setdefault(column, {})
        if rank in there or (there and layout.strict):
            heads.twice.append(head.strip())
            heads.unused.append(head.strip())
        else:
            there[rank] = place
    for column, places in ranks.items():
        heads.places[column] = [places[rank] for rank in sorted(places)]
        heads.written[column] = cells[heads.places[column][0]].strip()
    return heads


def _recognize(rows: list[tuple[int, list[str]]], heads: Heads, layout: Layout) -> None:
    """Find the columns that heads do not name by what stands below them."""
    written, below = rows[0][1], [cells for _line, cells in rows[1:]]
    taken = {place for places in heads.places.values() for place in places}
    for column in _lacking(heads, layout):
        place = _place_of(column, below, taken)
        if place is not None:
            _take(column.name, place, written, heads)
    others = layout.left_over
    if others and len(heads.unused) == 1 and not heads.places.keys() & set(others):
        column = next(one for one in layout.columns if one.name == others[0])
        place = _place_of(column, below, taken)
        if place is not None and written[place : place + 1] != [""]:
            _take(column.name, place, written, heads)


def _take(column: str, place: int, written: list[str], heads: Heads) -> None:
    heads.places[column] = [place]
    if place < len(written) and not is_blank(written[place]):
        heads.written[column] = written[place].strip()
        if written[place].strip()[:40] in heads.unused:
            heads.unused.remove(written[place].strip()[:40])


def _place_of(column: Column, rows: list[list[str]], taken: set[int]) -> int | None:
    """Return the first column in which most cells look like this one's."""
    if column.looks_like is None:
        return None
    for place in range(min(_MOST_HEADS, max(map(len, rows), default=0))):
        cells = [row[place] for row in rows if place < len(row) and not is_blank(row[place])]
        like = sum(map(column.looks_like, cells))
        if place not in taken and like and like * 5 >= len(cells) * 4:
            return place
    return None


def _without_heads(grid: Grid, layout: Layout) -> Heads | None:
    """Return the columns by content; a first row without such content is one of strange heads."""
    rows = [cells for _line, cells in grid.top]
    known = next((one for one in layout.columns if one.required and one.looks_like), None)
    if known is None or not rows or not layout.in_order:
        return None
    heads = Heads(width=len(rows[0]))
    place = _place_of(known, rows[:1], set())
    if place is None:
        heads.line = 0 if _is_marked(rows[0], layout) else grid.top[0][0]
        place = _place_of(known, rows[1:], set())
    if place is None:
        return None
    others = [at for at, cell in enumerate(rows[0]) if at != place and not is_blank(cell)]
    # The last of them is what a list with fewer columns has: whose license it is is asked first.
    names = layout.in_order[-len(others) :] if others else ()
    if heads.line and len(others) > len(names):
        others = []
    for name, at in [(known.name, place), *zip(names, others, strict=False)]:
        _take(name, at, rows[0] if heads.line else [], heads)
    return heads


def _check(grid: Grid, heads: Heads, layout: Layout) -> None:
    """Raise Unreadable where heads lack what is required, or say what nobody knows."""
    lacking = _lacking(heads, layout)
    if lacking:
        said = [str(one.missing) for one in lacking if one.missing][:1] or [
            _("The header row lacks the columns %(columns)s.")
            % {"columns": ", ".join(one.name for one in lacking)}
        ]
        # A quotation mark that is never closed may have hidden the heads.
        raise Unreadable(
            " ".join([*said, *map(str, grid.faults[:1])]), code=f"no_{lacking[0].name}"
        )
    if layout.strict and heads.twice:
        raise Unreadable(
            _("The header row names %(columns)s more than once.")
            % {"columns": ", ".join(sorted(set(heads.twice)))},
            code="twice",
        )
    if layout.strict and heads.unused:
        known = ", ".join(column.name for column in layout.columns)
        raise Unreadable(
            _("The header row names unknown columns: %(columns)s. Known are %(known)s.")
            % {"columns": ", ".join(heads.unused[:20]), "known": known},
            code="unknown",
        )

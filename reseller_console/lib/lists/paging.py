"""Which page of a list an address asks for, and where the pages around it begin.

A list says in its address where its page begins: beyond the row of a cursor (`after`), before
it (`before`), or at the end (`last`); see `reseller_console.lib.lists.keyset`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, Self

from django.db.models import Model, QuerySet

from reseller_console.lib.lists.keyset import Beyond, Cursor, Key, keys_of, ordering


class Paged(Protocol):
    """A list as an address asks for it; `after` and `before` are cursors, as yet unread."""

    @property
    def after(self) -> str: ...  # noqa: D102
    @property
    def before(self) -> str: ...  # noqa: D102
    @property
    def last(self) -> bool: ...  # noqa: D102

    def at_start(self, **changes: object) -> Self:
        """Return the list with changes, at its first page unless they say another."""
        ...


@dataclass(frozen=True)
class Around[Listing: Paged]:
    """How many rows stand before a page, None when no one counted, and the lists to lead to."""

    rows_before: int | None
    first: Listing | None = None
    previous: Listing | None = None
    next: Listing | None = None
    last: Listing | None = None


@dataclass(frozen=True)
class Paging[Listing: Paged]:
    """One page of a list that is sorted by `keys`; `slug` names the sort in cursors."""

    listing: Listing
    keys: list[Key]
    slug: str
    descending: bool = False

    @cached_property
    def _after(self) -> Cursor | None:
        return Cursor.decode(self.listing.after, self.slug, self.keys)

    @cached_property
    def _before(self) -> Cursor | None:
        return None if self._after else Cursor.decode(self.listing.before, self.slug, self.keys)

    @property
    def backwards(self) -> bool:
        """Whether the page is read from its end."""
        return self._after is None and (self._before is not None or self.listing.last)

    @property
    def at_an_end(self) -> bool:
        """Whether the page is the first of those read in its direction."""
        return self._after is None and self._before is None

    @property
    def downwards(self) -> bool:
        """Whether rows are read from the largest keys to the smallest."""
        return self.descending is not self.backwards

    def placed[Rows: QuerySet[Any]](self, rows: Rows) -> Rows:
        """Cut a queryset off at the cursor."""
        cursor = self._after or self._before
        if cursor:
            rows = rows.filter(Beyond(self.keys, cursor.values, downwards=self.downwards))
        return rows

    def ordered[Rows: QuerySet[Any]](self, rows: Rows) -> Rows:
        """Sort a queryset the way it has to be read."""
        return rows.order_by(*ordering(self.keys, downwards=self.downwards))

    def following[Rows: QuerySet[Any]](self, rows: Rows, most: int) -> Rows:
        """Return the page's rows and one more if there is one, the way they are read."""
        return self.ordered(self.placed(rows))[: most + 1]

    def cut[Row](self, read: list[Row], most: int) -> tuple[list[Row], bool]:
        """Return the page's rows in their order, and whether there was one more than `most`."""
        rows = read[:most]
        if self.backwards:
            rows.reverse()
        return rows, len(read) > most

    def read[Row: Model](
        self, rows: QuerySet[Row], most: int, *, total: int | None = None
    ) -> tuple[list[Row], Around[Listing]]:
        """Return the page's rows of a queryset and what lies around them.

        Each key is an attribute of the row by its name. `total` is None when no one counted.
        """
        found, more = self.cut(list(self.following(rows, most)), most)
        keys = [keys_of(row, self.keys) for row in found]
        return found, self.around(keys, more=more, total=total)

    def around(
        self, keys: Sequence[tuple], *, more: bool, total: int | None = None
    ) -> Around[Listing]:
        """Return what lies around a page whose rows have these keys.

        `total` is how many rows there are in all, None when no one counted.
        """
        start = self.listing.at_start()
        if not keys:
            return Around(
                self._counted() or 0, first=start if self._after or self._before else None
            )
        to_previous = more if self.backwards else self._after is not None
        to_next = self._before is not None if self.backwards else more
        rows_before = self._rows_before(len(keys), total, ends=not to_next)
        before = rows_before or 0
        return Around(
            rows_before,
            first=start if to_previous else None,
            previous=self.listing.at_start(before=self._cursor(keys[0], before))
            if to_previous
            else None,
            next=self.listing.at_start(after=self._cursor(keys[-1], before + len(keys) - 1))
            if to_next
            else None,
            last=self.listing.at_start(last=True) if to_next else None,
        )

    def _counted(self) -> int | None:
        """Return how many rows the address says stand before its place."""
        if self._after:
            return self._after.rows_before + 1
        return self._before.rows_before if self._before else None

    def _rows_before(self, shown: int, total: int | None, *, ends: bool) -> int | None:
        """Return how many rows stand before a page.

        An address keeps its count while the list changes. Where the whole is counted, the
        page lies within it, and the last page at its end.
        """
        if total is not None and ends:
            return max(0, total - shown)
        if self.backwards and self._before is None:
            return None
        counted = self._counted() or 0
        before = max(0, counted - shown) if self._before else counted
        return before if total is None else min(before, max(0, total - shown - 1))

    def _cursor(self, keys: tuple, rows_before: int) -> str:
        return Cursor(keys, rows_before).encode(self.slug)

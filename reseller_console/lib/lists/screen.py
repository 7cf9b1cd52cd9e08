"""What list pages show in the same way: filters, switches, the head and the ways on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext


@dataclass(frozen=True)
class RailEntry:
    """One filter of the left rail as it is on the page."""

    label: str | Promise
    count: int
    count_text: str
    path: str
    chosen: bool


@dataclass(frozen=True)
class Switch:
    """A switch below the filters; `path` leads to the list with it turned."""

    label: str
    on: bool
    path: str


@dataclass(frozen=True)
class PageLink:
    """A way to another page of the list."""

    label: str
    path: str


@dataclass(frozen=True)
class ListScreen(ABC):
    """A list page: what was asked for, the rail, the rows; `counted` says what the rows are."""

    listing: Any
    rail: list[RailEntry]
    page: Any

    @abstractmethod
    def counted(self, number: int, text: str) -> str:
        """Return `number` rows in words; `text` is the number as people write it."""

    @property
    def title(self) -> str:
        """What the list is called."""
        return str(self.listing.show.label)

    @property
    def mine(self) -> Switch:
        """The switch of one's own customers."""
        mine = self.listing.mine
        return Switch(gettext("Managed by me"), mine, self.listing.at_start(mine=not mine).path())

    @property
    def carried(self) -> dict[str, str]:
        """What a search keeps of the address."""
        parameters: dict[str, str] = self.listing.at_start(q="").parameters()
        return parameters

    @property
    def undated(self) -> dict[str, str]:
        """What choosing another date keeps of the address."""
        parameters: dict[str, str] = self.listing.at_start(as_of=None).parameters()
        return parameters

    @property
    def today_path(self) -> str:
        """The address of the same list as it is today."""
        path: str = self.listing.at_start(as_of=None).path()
        return path

    @property
    def dated_path(self) -> str:
        """The address below which the list is shown as of any date."""
        return self.today_path.partition("?")[0]

    @property
    def all_path(self) -> str:
        """The address of the same list without the search."""
        return self.listing.at_start(q="").path()

    @property
    def total_text(self) -> str:
        """How many rows the list holds, as people write it."""
        total = self.page.total
        if not self.page.total_is_exact:
            return f"{grouped(total)}+"
        return grouped(max(total, (self.page.rows_before or 0) + len(self.page.rows)))

    @property
    def announcement(self) -> str:
        """What a screen reader says when the list has changed."""
        count = self.counted(self.page.total, self.total_text)
        place = {"count": count, "filter": self.title, "q": self.listing.q}
        if self.listing.searches:
            return gettext("%(count)s found for “%(q)s” in %(filter)s") % place
        return gettext("%(count)s in %(filter)s") % place

    @property
    def range_text(self) -> str:
        """Which rows the page shows, such as “51–100 of 2,000”."""
        return range_text(len(self.page.rows), self.page.rows_before, self.total_text)

    @property
    def page_links(self) -> list[PageLink]:
        """The ways to the other pages, in the order they are below the table."""
        return page_links(self.page)


def page_links(around: Any, *, previous: str = "", following: str = "") -> list[PageLink]:
    """Return the ways to the lists around a page, in the order they are below the table.

    `previous` and `following` are what the list calls the pages before and after this one.
    """
    ways = (
        (gettext("First"), around.first),
        (previous or gettext("Previous"), around.previous),
        (following or gettext("Next"), around.next),
        (gettext("Last"), around.last),
    )
    return [PageLink(label, listing.path()) for label, listing in ways if listing]


def range_text(shown: int, before: int | None, total: str) -> str:
    """Return which rows a page shows: so many after `before` others, None when no one counted."""
    if before is None:
        return gettext("%(shown)s of %(total)s") % {"shown": shown, "total": total}
    return gettext("%(first)s–%(last)s of %(total)s") % {
        "first": grouped(before + 1),
        "last": grouped(before + shown),
        "total": total,
    }


def grouped(number: int) -> str:
    """Write a number with its thousands apart."""
    return number_format(number, use_l10n=True, force_grouping=True)

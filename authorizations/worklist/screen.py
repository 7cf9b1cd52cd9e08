"""Everything the worklist shows for one address, gathered for its template."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from authorizations.worklist.listing import EXPORT_PATH, SHOWS, Worklist
from authorizations.worklist.page import Page, counts_of, page_of
from customers.screen import PageLink, RailEntry, grouped, range_text
from customers.standing import Day
from reseller_console.accounts.models import User


@dataclass(frozen=True)
class Switch:
    """A switch below the filters; `path` leads to the list with it turned."""

    label: str
    on: bool
    path: str


@dataclass(frozen=True)
class Screen:
    """The page: what was asked for, the filters and their counts, the rows."""

    listing: Worklist
    rail: list[RailEntry]
    page: Page

    @property
    def switches(self) -> list[Switch]:
        """The switches in force or not."""
        listing = self.listing
        return [
            Switch(
                gettext("Managed by me"),
                listing.mine,
                listing.at_start(mine=not listing.mine).path(),
            ),
            Switch(
                gettext("Requested by the customer"),
                listing.requested,
                listing.at_start(requested=not listing.requested).path(),
            ),
        ]

    @property
    def carried(self) -> dict[str, str]:
        """What a search keeps of the address."""
        return self.listing.at_start(q="").parameters()

    @property
    def export_path(self) -> str:
        """The address of the same list as a file."""
        return self.listing.at_start().path(EXPORT_PATH)

    @property
    def all_path(self) -> str:
        """The address of the same list without the search."""
        return self.listing.at_start(q="").path()

    @property
    def unswitched_path(self) -> str:
        """The address of the same filter with both switches off; blank when they are."""
        listing = self.listing
        if not (listing.mine or listing.requested):
            return ""
        return listing.at_start(mine=False, requested=False).path()

    @property
    def back(self) -> str:
        """What a dialog that was opened from here is told, so that it leads back here."""
        return self.listing.returning("")

    @property
    def total_text(self) -> str:
        """How many rows the list holds, as people write it."""
        number = grouped(self.page.total)
        return number if self.page.total_is_exact else f"{number}+"

    @property
    def announcement(self) -> str:
        """What a screen reader says when the list has changed."""
        count = ngettext(
            "%(n)s purchase authorization", "%(n)s purchase authorizations", self.page.total
        ) % {"n": self.total_text}
        place = {"count": count, "filter": self.listing.show.label, "q": self.listing.q}
        if self.listing.searches:
            return gettext("%(count)s found for “%(q)s” in %(filter)s") % place
        return gettext("%(count)s in %(filter)s") % place

    @property
    def range_text(self) -> str:
        """Which rows the page shows, such as “51–100 of 2,000”."""
        return range_text(len(self.page.rows), self.page.rows_before, self.total_text)

    @property
    def page_links(self) -> list[PageLink]:
        """The ways to the other pages, in the order they stand below the table."""
        page = self.page
        return [
            PageLink(label, listing.path())
            for label, listing in (
                (gettext("First"), page.first),
                (gettext("Previous"), page.previous),
                (gettext("Next"), page.next),
                (gettext("Last"), page.last),
            )
            if listing
        ]


def screen_of(listing: Worklist, user: User, day: Day) -> Screen:
    """Gather the page for what `listing` asks, as `user` may see it on `day`."""
    counts = counts_of(listing, user, day)
    rail = [
        RailEntry(
            label=show.label,
            count=counts[show.slug or "all"],
            count_text=grouped(counts[show.slug or "all"]),
            path=listing.at_start(show=show).path(),
            chosen=show is listing.show,
        )
        for show in SHOWS
    ]
    in_filter = counts[listing.show.slug or "all"]
    page = page_of(listing, user, day, in_filter=in_filter)
    return Screen(listing, rail, page)

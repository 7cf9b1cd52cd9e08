"""Everything the Customers page shows for one address, gathered for its template."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from customers.listing import Listing
from customers.pages import Page, page_of
from customers.returned import returned_of
from customers.sorting import SORTS, Sort
from customers.standing import FILTERS, Day
from customers.stencils import legend_html, rows_html
from customers.tally import rail_counts
from reseller_console.accounts.models import User


@dataclass(frozen=True)
class RailEntry:
    """One filter of the left rail as it stands on the page."""

    label: str | Promise
    count: int
    count_text: str
    path: str
    chosen: bool


@dataclass(frozen=True)
class Column:
    """The head of a column; `path` leads to the list sorted by it, where that is possible."""

    label: str | Promise
    path: str = ""
    direction: str = ""  # "ascending" or "descending", as ARIA says it


@dataclass(frozen=True)
class PageLink:
    """A way to another page of the list; without a path there is nothing there."""

    label: str
    path: str


@dataclass(frozen=True)
class Screen:
    """The page: what was asked for, the rail, the rows."""

    user: User
    listing: Listing
    rail: list[RailEntry]
    page: Page
    columns: list[Column]
    # Invitations that did not reach their contact, under the same switch.
    returned: int

    sorts: tuple[Sort, ...] = tuple(SORTS.values())

    @property
    def rows_html(self) -> SafeString:
        """The rows of the table's body."""
        return rows_html(self.page.rows, self.user)

    @property
    def legend_html(self) -> SafeString:
        """What the badges mean."""
        return legend_html()

    @property
    def export_path(self) -> str:
        """The address of the same list as a file."""
        return self.listing.at_start().path("/customers/export.csv")

    @property
    def switch_path(self) -> str:
        """The address of the same list with “Managed by me” turned."""
        return self.listing.at_start(mine=not self.listing.mine).path()

    @property
    def returned_path(self) -> str:
        """The address of the invitations that came back."""
        return f"{reverse('invitations_returned')}{'?mine=1' if self.listing.mine else ''}"

    @property
    def all_path(self) -> str:
        """The address of the same list without the search."""
        return self.listing.at_start(q="").path()

    @property
    def total_text(self) -> str:
        """How many customers the list holds, as people write it."""
        number = grouped(self.page.total)
        return number if self.page.total_is_exact else f"{number}+"

    @property
    def announcement(self) -> str:
        """What a screen reader says when the list has changed."""
        count = ngettext("%(n)s customer", "%(n)s customers", self.page.total) % {
            "n": self.total_text
        }
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
            PageLink(label, listing.path() if listing else "")
            for label, listing in (
                (gettext("First"), page.first),
                (gettext("Previous"), page.previous),
                (gettext("Next"), page.next),
                (gettext("Last"), page.last),
            )
        ]


def screen_of(listing: Listing, user: User, day: Day) -> Screen:
    """Gather the page for what `listing` asks, as `user` may see it on `day`."""
    manager = user.pk if listing.mine else None
    counts = rail_counts(user.reseller_id, day, manager_id=manager)  # type: ignore[arg-type]
    rail = [
        RailEntry(
            label=entry.label,
            count=counts[entry.slug],
            count_text=grouped(counts[entry.slug]),
            path=listing.at_start(show=entry).path(),
            chosen=entry is listing.show,
        )
        for entry in FILTERS
    ]
    page = page_of(listing, user, day, in_filter=counts[listing.show.slug])
    return Screen(
        user=user,
        listing=listing,
        rail=rail,
        page=page,
        columns=_columns(listing),
        returned=returned_of(user, mine=listing.mine).count(),
    )


# The columns of the table, and the sort that belongs to their heads.
COLUMNS = (
    (_("Name and e-mail"), "name"),
    (_("Anniversary date"), "anniversary"),
    (_("Segment"), "segment"),
    (_("Managed by"), ""),
    (_("VIP Invitation status"), ""),
)


def _columns(listing: Listing) -> list[Column]:
    return [_column(listing, label, slug) for label, slug in COLUMNS]


def _column(listing: Listing, label: str | Promise, slug: str) -> Column:
    """Return a column's head; its link turns the order round when it is the one in force."""
    if not slug:
        return Column(label)
    direction = {slug: "ascending", f"-{slug}": "descending"}.get(listing.sort.slug, "")
    other = SORTS[f"-{slug}" if direction == "ascending" else slug]
    return Column(label, listing.at_start(sort=other).path(), direction)


def range_text(shown: int, before: int | None, total: str) -> str:
    """Return which rows a page shows: so many after `before` others, None when nobody counted."""
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

"""Everything the Customers page shows for one address, gathered for its template."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.customer_list.columns import COLUMNS, Column
from customers.customer_list.listing import Listing
from customers.customer_list.pages import Page, page_of
from customers.customer_list.sorting import SORTS, Sort
from customers.customer_list.stencils import legend_html, rows_html
from customers.invitations.returned import returned_of
from customers.standing import FILTERS, READY, UPCOMING
from customers.tally import rail_counts
from reseller_console.accounts.models import User
from reseller_console.lib.lists import ListScreen, RailEntry, Switch, grouped
from reseller_console.tenancy.models import Day


@dataclass(frozen=True)
class Heading:
    """The head of a column; `path` leads to the list sorted by it, where that is possible."""

    label: str | Promise
    path: str = ""
    direction: str = ""  # "ascending" or "descending", as ARIA says it


@dataclass(frozen=True)
class Screen(ListScreen):
    """The page: what was asked for, the rail, the rows."""

    listing: Listing
    page: Page
    user: User
    headings: list[Heading]
    # Invitations that did not reach their contact, under the same switch.
    returned: int

    sorts: tuple[Sort, ...] = tuple(SORTS.values())

    @property
    def hint(self) -> str:
        """What the filter means and, for those who may, what to do about those it holds."""
        show = self.listing.show
        advised = show.slug and self.page.rows and self.user.may_write
        said = (show.meaning, show.advice if advised else "", show.note)
        return " ".join(filter(None, map(str, said)))

    @property
    def why_empty(self) -> str:
        """Why nobody is on the list without a search, and what to do for those who may."""
        show = self.listing.show
        if self.listing.mine:
            filtered = _("None of the customers you manage is in this filter today.")
            return filtered if show.slug else _("You manage no customers.")
        if self.user.may_write:
            return str(show.advice)
        filtered = _("No customer is in this filter today.")
        return filtered if show.slug else _("No customer has been invited yet.")

    @property
    def renewals_query(self) -> str:
        """What leads to the renewals of the same filter and switch; blank for other filters."""
        show = self.listing.show
        if show not in (READY, UPCOMING) or not self.page.rows:
            return ""
        return urlencode({"show": show.slug} | ({"mine": "1"} if self.listing.mine else {}))

    @property
    def rows_html(self) -> SafeString:
        """The rows of the table's body."""
        return rows_html(self.page.rows, self.user, self.listing.as_of_query)

    @property
    def legend_html(self) -> SafeString:
        """What the badges mean."""
        return legend_html()

    @property
    def export_path(self) -> str:
        """The address of the same list as a file."""
        return self.listing.at_start().path("/customers/export.csv")

    @property
    def workbook_path(self) -> str:
        """The address of the same list as an Excel workbook."""
        return self.listing.at_start().path("/customers/export.xlsx")

    @property
    def switches(self) -> list[Switch]:
        """The switches in force or not."""
        return [self.mine]

    @property
    def returned_path(self) -> str:
        """The address of the invitations that came back."""
        return f"{reverse('invitations_returned')}{'?mine=1' if self.listing.mine else ''}"

    def counted(self, number: int, text: str) -> str:
        """Return so many customers in words."""
        return ngettext("%(n)s customer", "%(n)s customers", number) % {"n": text}


def screen_of(listing: Listing, user: User, day: Day) -> Screen:
    """Gather the page for what `listing` asks, as `user` may see it on `day`."""
    manager = user.pk if listing.mine else None
    counts = rail_counts(user.reseller_id or 0, day, manager_id=manager)
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
        headings=[_heading(listing, column) for column in COLUMNS],
        # What to do about them is a matter of today.
        returned=0 if listing.as_of else returned_of(user, mine=listing.mine).count(),
    )


def _heading(listing: Listing, column: Column) -> Heading:
    """Return a column's head; its link turns the order round when it is the one in force."""
    if not column.sort:
        return Heading(column.label)
    slug = column.sort
    direction = {slug: "ascending", f"-{slug}": "descending"}.get(listing.sort.slug, "")
    other = SORTS[f"-{slug}" if direction == "ascending" else slug]
    return Heading(column.label, listing.at_start(sort=other).path(), direction)

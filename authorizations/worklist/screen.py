"""Everything the worklist shows for one address, gathered for its template."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from authorizations.worklist.listing import EXPORT_PATH, SHOWS, WORKBOOK_PATH, Worklist
from authorizations.worklist.page import Page, counts_of, page_of
from reseller_console.accounts.models import User
from reseller_console.lib.lists import ListScreen, RailEntry, Switch, grouped
from reseller_console.tenancy.models import Day


@dataclass(frozen=True)
class Screen(ListScreen):
    """The page: what was asked for, the filters and their counts, the rows."""

    listing: Worklist
    page: Page

    @property
    def switches(self) -> list[Switch]:
        """The switches in force or not."""
        on = self.listing.requested
        turned = self.listing.at_start(requested=not on).path()
        return [self.mine, Switch(gettext("Requested by the customer"), on, turned)]

    @property
    def export_path(self) -> str:
        """The address of the same list as a file."""
        return self.listing.at_start().path(EXPORT_PATH)

    @property
    def workbook_path(self) -> str:
        """The address of the same list as an Excel workbook."""
        return self.listing.at_start().path(WORKBOOK_PATH)

    @property
    def unswitched_path(self) -> str:
        """The address of the same filter with both switches off; blank when they are."""
        listing = self.listing
        if not (listing.mine or listing.requested):
            return ""
        return listing.at_start(mine=False, requested=False).path()

    def counted(self, number: int, text: str) -> str:
        """Return so many purchase authorizations in words."""
        return ngettext("%(n)s purchase authorization", "%(n)s purchase authorizations", number) % {
            "n": text
        }


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

"""The history of orders: one page of it, all it shows, and the same list as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from authorizations.orders.listing import (
    EXPORT_PATH,
    KEYS,
    SHOWS,
    SLUG,
    WORKBOOK_PATH,
    History,
    having,
)
from authorizations.orders.rows import OrderRow, rows_of
from reseller_console.accounts.models import User
from reseller_console.lib.lists import (
    COUNTED_HITS,
    FileColumn,
    ListFile,
    ListScreen,
    Paging,
    RailEntry,
    Switch,
    batches,
    grouped,
)
from reseller_console.tenancy.models import Day

ROWS = 25
BATCH = 200

_COLUMNS: tuple[FileColumn[OrderRow], ...] = (
    FileColumn(_("Order number"), lambda row: row.order.number),
    FileColumn(_("Order date"), lambda row: row.order.ordered_on),
    FileColumn(_("Customers"), lambda row: ", ".join(name for name, _vip_id in row.customers)),
    FileColumn(_("VIP IDs"), lambda row: ", ".join(vip_id for _name, vip_id in row.customers)),
    FileColumn(_("For"), lambda row: ", ".join(row.purposes)),
    FileColumn(_("Products"), lambda row: row.products_in_words),
    FileColumn(_("Licenses"), lambda row: row.licenses),
    FileColumn(_("Returned"), lambda row: row.returned),
    FileColumn(_("License term"), lambda row: ", ".join(row.terms)),
    FileColumn(_("Return until"), lambda row: row.order.return_until_on),
    FileColumn(_("Recorded on"), lambda row: row.order.recorded_on),
    FileColumn(_("Recorded by"), lambda row: str(row.order.recorded_by or "")),
)


@dataclass(frozen=True)
class Page:
    """Rows, how many there are in all, and the lists that the links beside them lead to."""

    rows: list[OrderRow]
    total: int
    total_is_exact: bool
    rows_before: int | None
    first: History | None
    previous: History | None
    next: History | None
    last: History | None


@dataclass(frozen=True)
class Screen(ListScreen):
    """The page: what was asked for, the filters and their counts, the rows."""

    listing: History
    page: Page

    @property
    def switches(self) -> list[Switch]:
        """The switch of one's own customers."""
        return [self.mine]

    @property
    def export_path(self) -> str:
        """The address of the same list as a file."""
        return self.listing.at_start().path(EXPORT_PATH)

    @property
    def workbook_path(self) -> str:
        """The address of the same list as an Excel workbook."""
        return self.listing.at_start().path(WORKBOOK_PATH)

    def counted(self, number: int, text: str) -> str:
        """Return so many orders in words."""
        return ngettext("%(n)s order", "%(n)s orders", number) % {"n": text}


def screen_of(listing: History, user: User, day: Day) -> Screen:
    """Gather the page for what `listing` asks, as `user` may see it on `day`."""
    counts = _counts_of(listing, user)
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
    page = _page_of(listing, user, day, in_filter=counts[listing.show.slug or "all"])
    return Screen(listing, rail, page)


def file_of(listing: History, user: User, day: Day) -> ListFile:
    """Return every order on the list, on whatever page."""
    heads = [column.label for column in _COLUMNS]
    return ListFile(f"orders-{day.today.isoformat()}", heads, _cells(listing, user, day))


def _counts_of(listing: History, user: User) -> dict[str, int]:
    """Return how many each filter holds under the list's switch, by slug; one query."""
    return (
        listing.switched(user)
        .order_by()
        .aggregate(
            **{
                show.slug or "all": Count("pk", filter=having(show.lines))
                if show.lines is not None
                else Count("pk")
                for show in SHOWS
            }
        )
    )


def _page_of(listing: History, user: User, day: Day, *, in_filter: int) -> Page:
    orders, total = listing.orders(user), in_filter
    if listing.searches:
        total = orders.order_by()[:COUNTED_HITS].count()
    exact = not (listing.searches and total >= COUNTED_HITS)
    paging = Paging(listing, KEYS, SLUG, descending=True)
    found, around = paging.read(orders, ROWS, total=total if exact else None)
    return Page(rows_of(found, today=day.today), total=total, total_is_exact=exact, **vars(around))


def _cells(listing: History, user: User, day: Day) -> Iterator[list[list[object]]]:
    everything = listing.orders(user).select_related("recorded_by")
    for orders in batches(
        everything,
        KEYS,
        size=BATCH,
        keys_of=lambda order: (order.ordered_on, order.pk),
        downwards=True,
    ):
        rows = rows_of(orders, today=day.today)
        yield [[column.cell(row) for column in _COLUMNS] for row in rows]

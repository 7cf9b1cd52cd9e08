"""One page of a list of customers, however long the list is and however deep the page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from customers.customer_list.columns import ON_PAGE
from customers.customer_list.listing import Listing
from customers.customer_list.rows import Row, read, rows_on
from customers.models import Customer, CustomerQuerySet
from customers.standing import ALL
from reseller_console.accounts.models import User
from reseller_console.lib.lists import (
    Compiled,
    Hits,
    Ids,
    Paging,
    computed,
    gather,
    hits,
    ids_as_sql,
    ids_of,
    keys_of,
    walk,
)
from reseller_console.tenancy.models import Day

ROWS = 50
# Lists of no more customers than this are gathered and sorted; longer ones look at so many
# customers in the order of the list first (`reseller_console.lib.lists.reach`).
GATHERED = 2_000
WALKED = 4_000


@dataclass(frozen=True)
class Page:
    """Rows, how many there are in all, and the lists that the links beside them lead to."""

    rows: list[Row]
    total: int
    total_is_exact: bool
    rows_before: int | None
    first: Listing | None
    previous: Listing | None
    next: Listing | None
    last: Listing | None


def page_of(listing: Listing, user: User, day: Day, *, in_filter: int) -> Page:
    """Return the page the listing asks for.

    `in_filter` is the number of customers in its filter under its switch; a search finds
    out its own number.
    """
    return _Fetch(listing, user, day, in_filter).page()


class _Fetch:
    def __init__(self, listing: Listing, user: User, day: Day, in_filter: int) -> None:
        self.listing, self.user, self.day = listing, user, day
        self.keys = listing.keys(user, day)
        self.paging = Paging(listing, self.keys, listing.sort.slug, listing.sort.downwards)
        self.found: Hits | None = self._hits() if listing.searches else None
        self.total = self.found.number if self.found else in_filter

    def page(self) -> Page:
        rows, more = self.paging.cut(self._rows(), ROWS)
        exact = self.found is None or not self.found.many
        keys = [keys_of(row, self.keys) for row in rows]
        around = self.paging.around(keys, more=more, total=self.total if exact else None)
        return Page(rows=rows, total=self.total, total_is_exact=exact, **vars(around))

    # --- Which rows

    def _everybody(self, among: CustomerQuerySet | None = None) -> CustomerQuerySet:
        return self.listing.customers(self.user, self.day, among=among)

    @cached_property
    def _matches(self) -> Compiled:
        """The ids of everyone on the list, compiled once for all its uses."""
        return ids_of(self._everybody())

    def _rows(self) -> list[Row]:
        """Return the page's rows and one more if there is one."""
        if self.found is not None and self.found.ids is not None:
            return self._of_hits(self.found.ids)
        if self._is_in_order():
            return self._read(self.paging.placed(self._everybody(rows_on(self.day))))
        if self.found is None and self.total <= GATHERED:
            return self._read(self._of_ids(self._gather()))
        rows = self._read(self._of_ids(self._walk()))
        if len(rows) <= ROWS:
            rows = self._read(self._of_ids(self._gather()))
        return rows

    def _hits(self) -> Hits:
        """Look for everyone the search finds, in the order the page is read."""
        names = [key.name for key in self.keys]
        matches = self._with_keys(self._everybody())
        return hits(matches, names, downwards=self.paging.downwards)

    def _of_hits(self, ids: list[int]) -> list[Row]:
        """Return the page's rows where all hits are known; the first are those of a first page."""
        if not ids:
            return []
        rows = ids[: ROWS + 1] if self.paging.at_an_end else ids
        return self._read(self.paging.placed(self._of_ids(ids_as_sql(rows))))

    def _is_in_order(self) -> bool:
        """Whether an index holds exactly this list in its order."""
        listing = self.listing
        if listing.searches or listing.show is not ALL:
            return False
        return not listing.mine or listing.sort.by_name

    def _walk(self) -> Ids:
        """Look at the next customers in the order of the list, no more than WALKED."""
        following = self.paging.ordered(self.paging.placed(Customer.objects.of(self.user)))
        return walk(following[:WALKED], self._matches, limit=ROWS + 1)

    def _gather(self) -> Ids:
        """Find them all, then sort."""
        matches = self._with_keys(self.paging.placed(self._everybody()))
        names = [key.name for key in self.keys]
        return gather(matches, names, downwards=self.paging.downwards, limit=ROWS + 1)

    def _with_keys(self, customers: CustomerQuerySet) -> CustomerQuerySet:
        return customers.annotate(**computed(self.keys))

    def _of_ids(self, ids: Ids) -> CustomerQuerySet:
        return rows_on(self.day).of(self.user).filter(pk__in=ids)

    def _read(self, customers: CustomerQuerySet) -> list[Row]:
        """Read the page's rows of a queryset made from `rows_on`."""
        rows = self.paging.ordered(self._with_keys(customers))
        return list(read(rows, ON_PAGE, self.keys)[: ROWS + 1])

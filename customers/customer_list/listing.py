"""The list of customers as an address asks for it: filter, switch, search, sort and place.

Everything in the address is taken from a closed set or checked; what is unknown falls back
to the usual. Nothing in it can make the page fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from customers.customer_list.sorting import SORTS, USUAL, Sort
from customers.earlier_days import ids_then
from customers.models import Customer, CustomerQuerySet
from customers.standing import ALL, BY_SLUG, Filter
from reseller_console.accounts.models import User
from reseller_console.lib.lists import Ids, Key, ListAddress, matching
from reseller_console.tenancy.models import Day

PATH = "/customers/"


@dataclass(frozen=True)
class Listing(ListAddress):
    """One list of customers."""

    is_dated = True

    show: Filter = ALL
    mine: bool = False
    sort: Sort = USUAL

    @classmethod
    def own(cls, query: Mapping[str, str]) -> dict[str, Any]:
        """Read filter, switch and sort."""
        return {
            "show": BY_SLUG.get(query.get("show", ""), ALL),
            "mine": query.get("mine") == "1",
            "sort": SORTS.get(query.get("sort", ""), USUAL),
        }

    def narrowing(self) -> dict[str, str]:
        """Return the filter and the switch."""
        return {"show": self.show.slug, "mine": "1" if self.mine else ""}

    def sorting(self) -> dict[str, str]:
        """Return the sort."""
        return {"sort": "" if self.sort is USUAL else self.sort.slug}

    def path(self, path: str = PATH) -> str:
        """Return the address of this list, or of another shape of it below `path`."""
        return self.below(path)

    def customers(
        self, user: User, day: Day, *, among: CustomerQuerySet | None = None
    ) -> CustomerQuerySet:
        """Return everyone on this list, unsorted, for any page.

        `among` is a queryset to take them from, annotated by the caller.
        """
        everybody = Customer.objects.all() if among is None else among
        customers = everybody.of(user)
        few = self._few_then(user, day) if day.is_past else None
        if few is not None:
            customers = customers.filter(pk__in=few)
        else:
            customers = self._filtered(customers, user, day)
        return customers.filter(matching(self.q)) if self.searches else customers

    def _few_then(self, user: User, day: Day) -> Ids | None:
        """Return who is on the list of an earlier day, the search aside; None for many."""
        if self.show is ALL:
            return None
        rows = self._filtered(Customer.objects.of(user), user, day)
        return ids_then(rows, f"in {self.show.slug}", user, day, mine=self.mine)

    def _filtered(self, customers: CustomerQuerySet, user: User, day: Day) -> CustomerQuerySet:
        customers = customers.standing(self.show, day)
        return customers.managed_by_user(user) if self.mine else customers

    def keys(self, user: User, day: Day) -> list[Key]:
        """Return what this list is sorted by.

        Between midnight and the night's work some anniversary dates have moved on that
        no one has written down; until then the date is derived row by row.
        """
        derived = (
            self.sort.by_anniversary and Customer.objects.of(user).with_unwritten_move(day).exists()
        )
        return self.sort.keys(day, derived=derived)

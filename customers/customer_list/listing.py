"""The list of customers as an address asks for it: filter, switch, search, sort and place.

Everything in the address is taken from a closed set or checked; what is unknown falls back
to the usual. Nothing in it can make the page fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import urlencode

from customers.customer_list.sorting import SORTS, USUAL, Sort
from customers.models import Customer
from customers.querysets import CustomerQuerySet
from customers.standing import ALL, BY_SLUG, Filter
from reseller_console.accounts.models import User
from reseller_console.lib.lists.keyset import Key
from reseller_console.lib.lists.words import LONGEST, cleaned, matching, words_of
from reseller_console.tenancy.models import Day

PATH = "/customers/"


@dataclass(frozen=True)
class Listing:
    """One list of customers; `after` and `before` are cursors, as yet unread."""

    show: Filter = ALL
    mine: bool = False
    q: str = ""
    sort: Sort = USUAL
    after: str = ""
    before: str = ""
    last: bool = False
    q_was_cut: bool = field(default=False, compare=False)

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Listing:
        """Read the list's address; of a parameter given twice the last one counts."""
        asked = query.get("q", "")
        return cls(
            show=BY_SLUG.get(query.get("show", ""), ALL),
            mine=query.get("mine") == "1",
            q=cleaned(asked),
            sort=SORTS.get(query.get("sort", ""), USUAL),
            after=query.get("after", ""),
            before=query.get("before", ""),
            last=query.get("page") == "last",
            q_was_cut=len(asked.strip()) > LONGEST,
        )

    def parameters(self) -> dict[str, str]:
        """Return what is not as usual, in the order it stands in an address."""
        parameters = {
            "show": self.show.slug,
            "mine": "1" if self.mine else "",
            "q": self.q,
            "sort": "" if self.sort is USUAL else self.sort.slug,
            "after": self.after,
            "before": self.before,
            "page": "last" if self.last else "",
        }
        return {name: value for name, value in parameters.items() if value}

    def path(self, path: str = PATH) -> str:
        """Return the address of this list, or of another shape of it below `path`."""
        parameters = self.parameters()
        return f"{path}?{urlencode(parameters)}" if parameters else path

    def at_start(self, **changes: object) -> Listing:
        """Return the list with changes, at its first page."""
        return replace(self, **{"after": "", "before": "", "last": False} | changes)  # type: ignore[arg-type]

    def customers(
        self, user: User, day: Day, *, among: CustomerQuerySet | None = None
    ) -> CustomerQuerySet:
        """Return everybody on this list, unsorted, whatever the page.

        `among` is a queryset to take them from, annotated by the caller.
        """
        everybody = Customer.objects.all() if among is None else among
        customers = everybody.of(user).standing(self.show, day)
        if self.mine:
            customers = customers.managed_by_user(user)
        return customers.filter(matching(self.q)) if self.searches else customers

    def keys(self, user: User, day: Day) -> list[Key]:
        """Return what this list is sorted by.

        Between midnight and the night's work some anniversary dates have moved on that
        nobody has written down; until then the date is derived row by row.
        """
        derived = (
            self.sort.by_anniversary
            and Customer.objects.of(user).with_unwritten_roll(day.today).exists()
        )
        return self.sort.keys(day, derived=derived)

    @cached_property
    def searches(self) -> bool:
        """Whether there is a word to look for in the question."""
        return bool(words_of(self.q))

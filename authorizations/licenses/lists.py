"""Lists of people and their licenses: what the address asks for, and a page of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from authorizations.licenses.queue import Queue, State
from authorizations.models import Assignment, Person
from customers.models import Customer
from reseller_console.lib.lists import (
    Around,
    Key,
    ListAddress,
    Paging,
    hits,
    ids_as_sql,
    matching,
    reading,
)
from reseller_console.tenancy.models import Day

ROWS = 50
_ENDED = "ended"


@dataclass(frozen=True)
class Listing(ListAddress):
    """A list below `path`: those who have a license, or those who had one."""

    path: str
    ended: bool = False

    @classmethod
    def own(cls, query: Mapping[str, str]) -> dict[str, Any]:
        """Read whether it is those who had one."""
        return {"ended": query.get("show") == _ENDED}

    def narrowing(self) -> dict[str, str]:
        """Return which of the two it is."""
        return {"show": _ENDED if self.ended else ""}

    @property
    def address(self) -> str:
        """The address of the list."""
        return self.below(self.path)

    @property
    def query(self) -> str:
        """What the address has behind the path, for another shape of the same list."""
        return self.at_start().address.removeprefix(self.path)

    @property
    def everybody(self) -> Listing:
        """The list without its search."""
        return self.at_start(q="")

    @property
    def holding(self) -> Listing:
        """The list of those who have a license."""
        return self.at_start(ended=False)

    @property
    def past(self) -> Listing:
        """The list of those who had one."""
        return self.at_start(ended=True)


@dataclass(frozen=True)
class Held:
    """A license in a person's hands; `state` is None for one that has ended."""

    assignment: Assignment
    state: State | None


def held_at(assignment: Assignment, queue: Queue | None) -> Held:
    """Return a license with its state in the product's queue."""
    if assignment.ended_at is not None or queue is None:
        return Held(assignment, None)
    return Held(assignment, queue.state_of(assignment))


class ListPage(ABC):
    """One page of a list: rows, and where the pages around it begin."""

    keys: list[Key]
    slug: str
    descending = False

    def __init__(self, customer: Customer, *, day: Day, listing: Listing) -> None:
        self.customer, self.day, self.listing = customer, day, listing

    @property
    def _total(self) -> int | None:
        """How many rows the list has; None where counting them would take too long."""
        return None

    def _searched[Rows: QuerySet[Any]](self, rows: Rows, *, person: str, text: str) -> Rows:
        """Narrow rows to people who match the search, gathered first unless they are many.

        `person` and `text` lead from a row to the person's id and searchable text.
        """
        if not self.listing.searches:
            return rows
        people = Person.objects.filter(matching(self.listing.q), customer=self.customer)
        found = hits(people)
        if found.ids is None:
            return rows.filter(reading(self.listing.q, text=text))
        return rows.filter(**{f"{person}__in": ids_as_sql(found.ids)})

    def _cut(self, rows: QuerySet[Any]) -> tuple[list[Any], Around[Listing]]:
        paging = Paging(self.listing, self.keys, self.slug, self.descending)
        return paging.read(rows, ROWS, total=self._total)

    @property
    @abstractmethod
    def _found(self) -> tuple[list[Any], Around[Listing]]:
        """The rows, and where the pages around begin."""

    @property
    def around(self) -> Around[Listing]:
        """The pages this one leads to."""
        return self._found[1]

    @property
    def range(self) -> str:
        """Which rows these are of how many, where that is known."""
        count, total, before = len(self._found[0]), self._total, self.around.rows_before
        if total is None or before is None or not count:
            return ""
        return _("%(first)s to %(last)s of %(total)s") % {
            "first": f"{before + 1:,}",
            "last": f"{before + count:,}",
            "total": f"{max(total, before + count):,}",
        }

"""The facts that events leave behind: PAs, orders with their lines, and the first anniversary date.

Nothing here depends on what day it is.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from tests.year.events import Lines, Terms


def months_end_at(year: int, month: int, day: int) -> date:
    """Return this day of the month, or the month's last one where it has fewer days."""
    return date(year, month, min(day, monthrange(year, month)[1]))


@dataclass
class Authorization:
    """A PA with the dates it was born with."""

    name: str
    on: date
    lines: Lines
    counts_to: date
    due_on: date
    suspends_on: date
    usable_until: date
    lapses_on: date
    cancelled: bool = False
    order: str | None = None


@dataclass
class Line:
    """Licenses of one product in an order."""

    authorization: str | None
    product: str
    licenses: int
    starts_on: date
    counts_to: date
    usable_until: date
    returned: int = 0

    @property
    def kept(self) -> int:
        """Licenses that were not returned."""
        return self.licenses - self.returned


@dataclass
class Order:
    """An order; a renewal order knows which anniversary date it renews and what it dropped."""

    name: str
    on: date
    returnable_until: date
    lines: list[Line]
    renews: date | None = None
    dropped: Lines = field(default_factory=dict)

    @property
    def all_returned(self) -> bool:
        """Whether nothing of the order is left."""
        return all(line.kept == 0 for line in self.lines)


@dataclass
class Facts:
    """All that was recorded about a customer so far."""

    terms: list[Terms]
    consumables: frozenset[str]
    invited: bool = False
    withdrawn: bool = False
    first_anniversary: date | None = None
    original_day: int = 0
    custom: bool = False
    authorizations: dict[str, Authorization] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)

    def terms_on(self, day: date) -> Terms:
        """Return the terms in force on a day: before all of them, the first ones."""
        begun = [terms for terms in self.terms if terms.effective_on <= day]
        return begun[-1] if begun else self.terms[0]

    def anniversaries(self) -> Iterator[date]:
        """Yield the first anniversary date, then the one of every year after it; never ends."""
        first = self.first_anniversary
        if first is not None:
            for year in range(first.year, date.max.year):
                yield months_end_at(year, first.month, self.original_day)

    def anniversary_after(self, day: date) -> date:
        """Return the anniversary date that a purchase of this day counts to."""
        return next(anniversary for anniversary in self.anniversaries() if anniversary > day)

    def lines(self) -> Iterator[tuple[Order, Line]]:
        """Yield the lines of all orders, each with its order."""
        for order in self.orders.values():
            for line in order.lines:
                yield order, line

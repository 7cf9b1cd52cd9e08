"""A second model of a customer's years, written from the rules alone and naive on purpose.

Nothing is stored from one question to the next: for each day asked, the events up to it are read
again from the first one. It imports nothing of the product, so that the two can be compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tests.year import days as on_day
from tests.year.events import (
    Authorized,
    Cancelled,
    Event,
    Invited,
    Ordered,
    Refused,
    Renewed,
    Resent,
    Returned,
    Terms,
    Withdrawn,
)
from tests.year.facts import Facts
from tests.year.records import record
from tests.year.refusals import refusal

__all__ = [
    "Authorized",
    "Cancelled",
    "Event",
    "Invited",
    "Ordered",
    "Refused",
    "Renewed",
    "Resent",
    "Returned",
    "Terms",
    "View",
    "Withdrawn",
    "Year",
]


@dataclass(frozen=True)
class View:
    """What is true of a customer on one day; products without licenses are left out."""

    anniversary: date | None
    states: dict[str, str]
    usable: dict[str, int]
    suspended: dict[str, int]
    to_renew: dict[str, int]
    filters: frozenset[str]


class Year:
    """A customer whose events are known, in the order in which they were recorded."""

    def __init__(
        self,
        events: Iterable[Event],
        terms: Iterable[Terms],
        consumables: frozenset[str] = frozenset(),
    ) -> None:
        self.events = list(events)
        self.terms = sorted(terms, key=lambda row: row.effective_on)
        self.consumables = consumables

    @classmethod
    def play(
        cls,
        events: Iterable[Event],
        terms: Iterable[Terms],
        consumables: frozenset[str] = frozenset(),
    ) -> Year:
        """Return the year of these events; raises Refused at the first that may not be recorded."""
        year = cls([], terms, consumables)
        for event in events:
            code = year.refusal(event)
            if code is not None:
                raise Refused(code)
            year.events.append(event)
        return year

    def refusal(self, event: Event) -> str | None:
        """Return why an event would be refused, recorded after all others up to its day."""
        return refusal(self.facts(event.on), event)

    def facts(self, day: date) -> Facts:
        """Return what the events up to and including a day have left behind."""
        facts = Facts(self.terms, self.consumables)
        for event in self.events:
            if event.on <= day:
                record(facts, event)
        return facts

    def view(self, day: date) -> View:
        """Return what is true at the end of a day, if nothing happens later on it."""
        facts = self.facts(day)
        anniversary = on_day.shown_anniversary(facts, day)
        return View(
            anniversary=anniversary,
            states=on_day.states(facts, day),
            usable=on_day.usable(facts, day),
            suspended=on_day.suspended(facts, day),
            to_renew=on_day.left(facts, anniversary) if anniversary else {},
            filters=on_day.filters(facts, day),
        )

"""The days on which something may change: what is compared there is compared everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from tests.year.facts import Facts
from tests.year.naive import Year

ONE = timedelta(days=1)
AHEAD = timedelta(days=800)  # past the second anniversary date


def days_of(year: Year) -> list[date]:
    """Return every day around which anything of a year changes, in order; no day before it."""
    found = {row.effective_on for row in year.terms}
    for on in {event.on for event in year.events}:
        found |= {on, *edges_of(year.facts(on), on)}
    begins = year.events[0].on
    return sorted({near for day in found for near in (day - ONE, day) if near >= begins})


def edges_of(facts: Facts, today: date) -> set[date]:
    """Return the days on which what is true today will change, or has, if nothing else happens."""
    return {*of_authorizations(facts), *of_orders(facts), *of_anniversaries(facts, today)}


def of_authorizations(facts: Facts) -> Iterator[date]:
    """Yield the first day of each state of a PA."""
    for pa in facts.authorizations.values():
        yield from (pa.due_on + ONE, pa.suspends_on + ONE, pa.usable_until + ONE, pa.lapses_on)


def of_orders(facts: Facts) -> Iterator[date]:
    """Yield the first days of licenses, the days after their last, and after the last return."""
    for order, line in facts.lines():
        yield from (order.returnable_until + ONE, line.starts_on, line.usable_until + ONE)


def of_anniversaries(facts: Facts, today: date) -> Iterator[date]:
    """Yield the edges of "upcoming" and of the window, and the anniversary dates, as of today."""
    terms = facts.terms_on(today)
    for anniversary in facts.anniversaries():
        if anniversary > today + AHEAD:
            return
        opens = anniversary - timedelta(days=terms.opens)
        closes = anniversary + timedelta(days=terms.closes)
        yield from (opens - timedelta(days=terms.upcoming), opens, anniversary, closes + ONE)

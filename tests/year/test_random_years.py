"""What holds in every year, however it goes: the naive model over random ones."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.year.days import OPEN
from tests.year.edges import ONE, days_of
from tests.year.events import Cancelled, Ordered, Renewed, Returned, Withdrawn
from tests.year.naive import View, Year
from tests.year.random_years import CONSUMABLES, random_year, random_years

TEN = 10
TENS = 5
MANY = 20  # times as many years with `--all`: a thousand
LADDER = ("pending", "overdue", "suspended", "lapsed")
# What a PA in a state may be the next day, at the latest by an event.
BECOMES = {
    **{state: {*LADDER[place:], "ordered", "returned"} for place, state in enumerate(LADDER)},
    "ordered": {"ordered", "returned"},
    "returned": {"returned"},
    "cancelled": {"cancelled"},
}
BECOMES["pending"].add("cancelled")
TWELVE_MONTHS = timedelta(days=366)


@pytest.mark.parametrize("ten", range(TENS))
def test_what_holds_on_every_day_of_every_year(ten: int, long_run: bool) -> None:
    """Fifty years in the suite, which were a hundred; a thousand with `--all`, as before."""
    count = TEN * (MANY if long_run else 1)
    for number, year in random_years(count, first=ten * count):
        seen = [(day, year.view(day)) for day in days_of(year)]
        for day, view in seen:
            wrong = wrong_on(year, day, view)
            assert not wrong, f"year {number}, {day}: {wrong}\n{view}"
        for (day, before), (next_day, after) in pairwise(seen):
            if next_day - day == ONE:
                wrong = wrong_between(year, next_day, before, after)
                assert not wrong, f"year {number}, {next_day}: {wrong}\n{before}\n{after}"


def wrong_on(year: Year, day: date, view: View) -> list[str]:
    """Return what cannot be true on one day."""
    broken = wrong_licenses(year, day, view) | wrong_filters(year.facts(day).withdrawn, view)
    return [name for name, is_so in broken.items() if is_so]


def wrong_licenses(year: Year, day: date, view: View) -> dict[str, bool]:
    """Return what cannot be true of dates and licenses on one day, and whether it is."""
    counts = [*view.usable.values(), *view.suspended.values(), *view.to_renew.values()]
    shown, states = view.anniversary, view.states.values()
    most = bought(year, day)
    return {
        "licenses below one": min(counts, default=1) < 1,
        "more usable than was ever bought": any(
            number > most[product] for product, number in view.usable.items()
        ),
        "a consumable to renew": bool(CONSUMABLES & set(view.to_renew)),
        "suspended without a PA": bool(view.suspended) != ("suspended" in states),
        "an anniversary date past its window": shown is not None
        and day > shown + timedelta(days=year.facts(day).terms_on(day).closes),
        "an anniversary date too far ahead": shown is not None
        and shown - day > TWELVE_MONTHS
        and shown != year.facts(day).first_anniversary,
        "something bought without an anniversary date": shown is None
        and bool(counts or set(OPEN) & set(states)),
    }


def wrong_filters(withdrawn: bool, view: View) -> dict[str, bool]:
    """Return what cannot be true of the filters on one day, and whether it is."""
    listed, states = view.filters, set(view.states.values())
    has_products = bool(set(OPEN) & states or view.usable)
    past_due = bool({"overdue", "suspended"} & states)
    return {
        "withdrawn and listed": withdrawn and bool(listed),
        "withdrawn with an open PA": withdrawn and bool(set(OPEN) & states),
        "products and none": not withdrawn and ("no-products" in listed) == has_products,
        "pending without a PA": ("pending" in listed) != ("pending" in states),
        "past due without a PA": ("past-due" in listed) != past_due,
        "upcoming and ready": {"upcoming", "ready"} <= listed,
        "ready, with nothing to renew": "ready" in listed and not view.to_renew,
    }


def bought(year: Year, day: date) -> Counter[str]:
    """Return the licenses that were authorized or ordered up to a day, by product."""
    found: Counter[str] = Counter()
    for event in year.events:
        if event.on <= day:
            for lines in (getattr(event, name, None) for name in ("lines", "direct")):
                if lines and not isinstance(event, Returned):
                    found.update(lines)
    return found


def wrong_between(year: Year, day: date, before: View, after: View) -> list[str]:
    """Return what cannot become true from one day to the next."""
    today = [event for event in year.events if event.on == day]
    terms_begin = any(terms.effective_on == day for terms in year.terms)
    old, new = before.anniversary, after.anniversary
    # Cleared and set anew on one day it may be any.
    anew = any(isinstance(event, Cancelled | Returned) for event in today)
    moved_back = old is not None and new is not None and new < old
    broken = {
        "a PA went back": any(
            after.states[name] not in BECOMES[state] for name, state in before.states.items()
        ),
        "cleared by itself": old is not None and new is None and not anew,
        "set by itself": old is None and new is not None and not today,
        "more than twelve months at once": old is not None
        and new is not None
        and abs(new - old) > TWELVE_MONTHS
        and not anew,
        "moved back by itself": moved_back
        and not terms_begin
        and not any(isinstance(event, Ordered | Renewed | Returned | Cancelled) for event in today),
        "something to renew by itself": not today
        and old == new
        and before.to_renew != after.to_renew,
        "more licenses by themselves": not today
        and not starts_on(year, day)
        and any(number > before.usable.get(key, 0) for key, number in after.usable.items()),
    }
    return [name for name, is_so in broken.items() if is_so]


def starts_on(year: Year, day: date) -> bool:
    """Whether licenses of an order start on a day."""
    return any(line.starts_on == day for _, line in year.facts(day).lines())


def test_a_number_is_always_the_same_year() -> None:
    assert random_year(7).events == random_year(7).events
    assert random_year(7).events != random_year(8).events


def test_random_years_are_ones_that_may_happen() -> None:
    for number, year in random_years(TEN):
        played = Year.play(year.events, year.terms, year.consumables)
        assert played.events == year.events, number
        assert year.events == sorted(year.events, key=lambda event: event.on), number


def test_random_years_hold_what_makes_years_differ() -> None:
    years = [year for _, year in random_years(5 * TEN)]
    events = [event for year in years for event in year.events]
    renewals = [event for event in events if isinstance(event, Renewed)]
    returns = [event for event in events if isinstance(event, Returned)]
    orders = [event for event in events if isinstance(event, Ordered)]
    found = {
        "years of 29 February": sum(year.events[0].on == date(2024, 2, 29) for year in years),
        "custom dates": sum(year.facts(year.events[0].on).custom for year in years),
        "terms that change": sum(len(year.terms) > 1 for year in years),
        "orders typed late": sum(event.dated < event.on for event in orders),
        "direct orders": sum(bool(event.direct) for event in orders),
        "several PAs in an order": sum(len(event.authorizations) > 1 for event in orders),
        "renewals typed late": sum(event.dated < event.on for event in renewals),
        "completing renewals": sum(event.completes for event in renewals),
        "whole returns": sum(event.lines is None for event in returns),
        "returns of a part": sum(event.lines is not None for event in returns),
        "returns of renewals": sum(event.order.startswith("R") for event in returns),
        "cancellations": sum(isinstance(event, Cancelled) for event in events),
        "withdrawals": sum(isinstance(event, Withdrawn) for event in events),
        "orders that give no licenses": sum(map(orders_without_licenses, years)),
    }
    assert min(found.values()) >= 3, found


def orders_without_licenses(year: Year) -> int:
    """Return how many orders were recorded after the last day of all their licenses."""
    last = year.facts(year.events[-1].on)
    return sum(
        all(order.on > line.usable_until for line in order.lines) for order in last.orders.values()
    )

"""Calendar feeds, and what they tell of."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.actions.order import record_order
from reseller_console.accounts.actions.calendar_feed import create_feed
from tests.personas import day_of


@pytest.fixture
def feed(alice):
    """Alice's feed, of the customers she manages."""
    return create_feed(alice, scope="managed", show="", by=alice)


@pytest.fixture
def subscribe():
    """Return a function that gives somebody a feed."""

    def subscribed(person, scope="managed", show=""):
        return create_feed(person, scope=scope, show=show, by=person)

    return subscribed


@pytest.fixture
def order(alice, set_today, pinned_today):
    """Return a function that records the order of a PA on a date, and comes back to today."""

    def ordered(pa, on: str = "2026-03-02"):
        date = set_today(on)
        made = record_order(
            [pa], number=f"SO-{pa.pk}", ordered_on=date, by=alice, day=day_of(pa, date)
        )
        set_today(pinned_today)
        return made

    return ordered


@pytest.fixture
def renewable(buy, order, make_customer):
    """Return a function that makes a customer with 12 licenses to renew at an anniversary date."""

    def made(anniversary: dt.date, name: str = "Summit Design", **more):
        bought = anniversary.replace(year=anniversary.year - 1).isoformat()
        customer = make_customer(
            name=name,
            invited_on=dt.date.fromisoformat(bought),
            no_products_from_on=dt.date.fromisoformat(bought),
            **more,
        )
        order(buy(bought, of=customer, quantity=12), bought)
        return customer

    return made

"""Customers whose term ends on 20 March 2026, looked at on 2 March 2026."""

from __future__ import annotations

import itertools

import pytest

from authorizations.actions.order import record_order
from tests.personas import day_of

_numbers = itertools.count(1)


@pytest.fixture
def customer(make_customer, set_today, pinned_today):
    """A customer of long standing."""
    set_today("2025-01-01")
    customer = make_customer(name="Summit Design")
    set_today(pinned_today)
    return customer


@pytest.fixture
def own(buy, set_today, pinned_today):
    """Return a function that gives a customer ordered licenses of a term that ends in a year."""

    def bought(customer, *, quantity: int = 5, on: str = "2025-03-20", **more):
        authorization = buy(on, of=customer, quantity=quantity, **more)
        today = set_today(on)
        order = record_order(
            [authorization],
            number=f"O-{next(_numbers)}",
            ordered_on=today,
            by=customer.managed_by,
            day=day_of(customer, today),
        )
        set_today(pinned_today)
        return order

    return bought

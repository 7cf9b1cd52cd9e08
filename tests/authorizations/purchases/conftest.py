"""A customer of North that buys from New Year's Day 2025 on."""

from __future__ import annotations

import pytest

from authorizations.actions.create import create_authorization
from tests.personas import day_of


@pytest.fixture
def customer(make_customer, set_today, pinned_today):
    """One customer of North, invited on New Year's Day 2025."""
    set_today("2025-01-01")
    customer = make_customer()
    set_today(pinned_today)
    return customer


@pytest.fixture
def buy(customer, alice, photoshop, set_today):
    """Return a function that makes Alice create a PA on a date."""

    def create(on: str, quantity: int = 5, product=photoshop):
        today = set_today(on)
        lines = [(product, quantity)]
        return create_authorization(
            customer, lines=lines, po_number="", by=alice, day=day_of(customer, today)
        )

    return create

"""A customer whose people are given licenses."""

from __future__ import annotations

import pytest


@pytest.fixture
def customer(make_customer, set_today, pinned_today):
    """A customer of long standing."""
    set_today("2024-01-01")
    customer = make_customer()
    set_today(pinned_today)
    return customer

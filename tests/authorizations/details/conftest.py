"""A customer that has had purchases for a year."""

from __future__ import annotations

import pytest


@pytest.fixture
def customer(make_customer, set_today, pinned_today):
    """A customer of long standing."""
    set_today("2025-01-01")
    customer = make_customer(name="Tähe Keemia OÜ", offerings=["team"])
    set_today(pinned_today)
    return customer

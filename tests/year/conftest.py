"""Shops in which customers' years are played."""

from __future__ import annotations

import datetime as dt

import pytest

from customers.actions import sending_limits
from customers.actions.sending_limits import Limit
from tests.year.product import Shop


@pytest.fixture
def open_shop(db, set_today, monkeypatch):
    """Return a function that opens a shop; a year of invitations is sent within a minute."""
    for name in ("PER_CUSTOMER", "PER_ADDRESS"):
        monkeypatch.setattr(sending_limits, name, Limit(1_000_000, dt.timedelta(hours=1)))

    def opened(terms, consumables, **how):
        return Shop.open(terms, consumables, set_today=set_today, **how)

    return opened

"""Shops in which customers' years are played."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings

from customers.actions import sending_limits
from customers.actions.sending_limits import Limit
from tests.year.product import Shop


@pytest.fixture
def open_shop(db, pinned_today, monkeypatch):
    """Return a function that opens a shop; a year of invitations is sent within a minute."""

    def set_today(today: dt.date) -> None:
        # On top of what the fixture `pinned_today` overrides, and undone with it: an override of
        # its own for each of thousands of days is more than settings bear.
        settings.CONSOLE_TODAY = today

    for name in ("PER_CUSTOMER", "PER_ADDRESS"):
        monkeypatch.setattr(sending_limits, name, Limit(1_000_000, dt.timedelta(hours=1)))

    def opened(terms, consumables, **how):
        return Shop.open(terms, consumables, set_today=set_today, **how)

    return opened

"""Customers whose licenses come up for renewal around 2 March 2026."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from authorizations.actions.order import record_order
from authorizations.actions.placing import Direct, Renewal
from tests.personas import day_of

_numbers = itertools.count(1)


@pytest.fixture
def owner(make_customer, photoshop, set_today, pinned_today):
    """Return a function that makes a customer with licenses to renew at a date."""

    def made(anniversary: str, quantity: int = 10, *, product=None, by=None, **more):
        date = dt.date.fromisoformat(anniversary)
        bought = date.replace(year=date.year - 1)
        today = set_today(bought)
        fields = {"managed_by": by} if by else {}
        customer = make_customer(invited_on=bought, **fields, **more)
        record_order(
            direct=[Direct(customer, [(product or photoshop, quantity)])],
            number=f"W-{next(_numbers)}",
            ordered_on=bought,
            by=customer.managed_by,
            day=day_of(customer, today),
        )
        set_today(pinned_today)
        return customer

    return made


@pytest.fixture
def renew(photoshop, pinned_today):
    """Return a function that renews so many licenses of a customer today."""

    def renewed(customer, quantity: int, *, completes: bool = False):
        return record_order(
            renewals=[Renewal(customer, [(photoshop, quantity)], completes)],
            number=f"R-{next(_numbers)}",
            ordered_on=pinned_today,
            by=customer.managed_by,
            day=day_of(customer, pinned_today),
        )

    return renewed

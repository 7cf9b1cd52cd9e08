"""Orders of every kind that pages show."""

from __future__ import annotations

import itertools

import pytest

from authorizations.actions.give_back import record_return
from authorizations.actions.order import record_order
from authorizations.actions.placing import Direct, Renewal
from tests.personas import day_of

_numbers = itertools.count(1)


@pytest.fixture
def customer(make_customer, set_today, pinned_today):
    """A customer of long standing."""
    set_today("2025-01-01")
    customer = make_customer(name="Tähe Keemia OÜ")
    set_today(pinned_today)
    return customer


@pytest.fixture
def order(alice, set_today, pinned_today):
    """Return a function that records an order on a date, and comes back to today."""

    def record(*authorizations, on: str = "2026-03-02", number: str = "", **what):
        concerned = [*authorizations, *(one for some in what.values() for one in some)]
        buyer = concerned[0].customer
        day = day_of(buyer, set_today(on))
        made = record_order(
            authorizations,
            number=number or f"O-{next(_numbers)}",
            ordered_on=day.today,
            by=buyer.managed_by,
            day=day,
            **what,
        )
        set_today(pinned_today)
        return made

    return record


@pytest.fixture
def direct(customer, order, photoshop):
    """Return a function that records a direct order."""

    def record(quantity: int = 5, *, of=None, product=photoshop, **more):
        return order(direct=[Direct(of or customer, [(product, quantity)])], **more)

    return record


@pytest.fixture
def renewal(customer, order, photoshop):
    """Return a function that records a renewal order of the customer."""

    def record(quantity: int, **more):
        customer.refresh_from_db()
        return order(renewals=[Renewal(customer, [(photoshop, quantity)])], **more)

    return record


@pytest.fixture
def give_back(alice, pinned_today):
    """Return a function that returns so many licenses of an order's first line today."""

    def record(order, quantity: int, *, number: str = ""):
        line = order.lines.first()
        return record_return(
            order,
            line.customer,
            quantities={line.pk: quantity},
            number=number or f"RMA-{next(_numbers)}",
            by=alice,
            day=day_of(line.customer, pinned_today),
        )

    return record

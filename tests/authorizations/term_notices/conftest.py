"""Licenses that end, and renewals."""

from __future__ import annotations

import itertools

import pytest

from authorizations.actions.order import record_order
from authorizations.actions.placing import drop_what_is_left
from authorizations.models import Order, OrderLine
from customers.models import Customer
from tests.authorizations.term_notices.nights import AD, D, reckon
from tests.personas import day_of

BOUGHT = "2025-06-15"
_numbers = itertools.count(1)


@pytest.fixture
def own(buy, alice, set_today, pinned_today):
    """Return a function that gives a customer licenses ordered for the term up to AD."""

    def bought(
        customer: Customer, *, quantity: int = 5, on: str = BOUGHT, ordered: str = "", **more
    ):
        authorization = buy(on, of=customer, quantity=quantity, **more)
        today = set_today(ordered or on)
        order = record_order(
            [authorization],
            number=f"O-{next(_numbers)}",
            ordered_on=today,
            by=alice,
            day=day_of([authorization], today),
        )
        set_today(pinned_today)
        return order

    return bought


@pytest.fixture
def renew(photoshop):
    """Return a function that records a renewal order of a customer, dated days after AD."""

    def renewed(customer: Customer, days: int, *, quantity: int, completes: bool = False):
        on = AD + D(days)
        number = f"R-{next(_numbers)}"
        order = Order.objects.create(
            reseller=customer.reseller,
            number=number,
            number_key=number,
            ordered_on=on,
            return_until_on=on + D(14),
            recorded_on=on,
        )
        line = OrderLine.objects.create(
            reseller=customer.reseller,
            order=order,
            customer=customer,
            product=photoshop,
            quantity=quantity,
            starts_on=AD,
            counts_to=AD + D(365),
            usable_until_on=AD + D(395),
            renews_on=AD,
        )
        if completes:
            drop_what_is_left({(customer.pk, AD): order})
        reckon(customer, on)
        return line

    return renewed

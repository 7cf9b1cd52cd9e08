"""Licenses are returned while others return them, or correct the date of their order.

Each test of a guard has a twin below it in which the guard is taken away.
"""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from django.db.models import Sum

from authorizations.actions.order import record_order
from authorizations.actions.placing import Direct
from authorizations.models import Order, ReturnedLine
from customers.models import Customer
from tests.conftest import TODAY
from tests.live.conftest import a_product, alice
from tests.live.harm import does_harm
from tests.live.house import House
from tests.live.people import Fields, statuses
from tests.live.test_races import ALICE, events, path_of, with_own_keys
from tests.personas import day_of

# One worker of the test run has all of them.
pytestmark = pytest.mark.xdist_group("live")

LICENSES = 5
LONG_AGO = TODAY - dt.timedelta(days=40)
_numbers = itertools.count(1)


@pytest.fixture
def new_order(new_customer):
    """Return a function that gives a new customer a direct order of today."""

    def place() -> tuple[Customer, Order]:
        customer = new_customer()
        order = record_order(
            direct=[Direct(customer, [(a_product(), LICENSES)])],
            number=f"DIRECT-{next(_numbers)}",
            ordered_on=TODAY,
            by=alice(),
            day=day_of(customer, TODAY),
        )
        return customer, order

    return place


def return_of(house: House, customer: Customer, order: Order, quantity: int) -> tuple[str, Fields]:
    """Return the filled in form that returns so many licenses under a number of its own."""
    path = f"/customers/{customer.vip_id}/orders/{order.pk}/return/"
    line = order.lines.get()
    fields = house.person(ALICE).form(path)
    numbers = {"number": f"RMA-{next(_numbers)}", f"line_{line.pk}": str(quantity)}
    return path, fields | numbers


def returned(order: Order) -> int:
    """Return how many licenses of an order went back."""
    rows = ReturnedLine.objects.filter(order_line__order=order)
    return rows.aggregate(sum=Sum("quantity"))["sum"] or 0


def returns_at_once(house: House, customer: Customer, order: Order, times: int) -> list[int]:
    """Return three licenses of an order in each of several windows; return the statuses."""
    forms = [return_of(house, customer, order, 3) for _ in range(times)]
    answers = house.person(ALICE).send_together(forms)
    return sorted(answer.status_code for answer in answers)


def test_of_returns_of_the_same_licenses_one_wins(house, new_order):
    for _ in range(3):
        customer, order = new_order()
        codes = returns_at_once(house, customer, order, 8)
        assert codes[0] == 302
        assert set(codes[1:]) <= {409, 422}
        assert returned(order) == 3
        assert events(customer, "licenses_returned") == 1


def test_without_the_lock_more_is_returned_than_can_be(house_without_lock, new_order):
    """The database takes no more than was ordered; without its trigger it would."""

    def goes_wrong(_round: int) -> bool:
        customer, order = new_order()
        codes = returns_at_once(house_without_lock, customer, order, 8)
        return returned(order) > LICENSES or 500 in codes

    does_harm(goes_wrong)


def correct_and_return(house: House, customer: Customer, order: Order) -> list[int]:
    """Date an order long ago while licenses of it go back; return both statuses."""
    path = f"/customers/{customer.vip_id}/orders/{order.pk}/correction/"
    fields = house.person(ALICE).form(path)
    correction = path, fields | {"ordered_on": LONG_AGO.isoformat()}
    race = [correction, return_of(house, customer, order, 2)]
    if order.pk % 2:
        race.reverse()
    answers = house.person(ALICE).send_together(race)
    return [answer.status_code for answer in answers]


def lies_outside(order: Order) -> bool:
    """Whether licenses went back on a day on which they could not."""
    order.refresh_from_db()
    days = ReturnedLine.objects.filter(order_line__order=order).values_list(
        "returned_on", flat=True
    )
    return any(not order.ordered_on <= day <= order.return_until_on for day in days)


def test_of_a_return_and_a_date_that_is_too_early_for_it_one_wins(house, new_order):
    for _ in range(6):
        customer, order = new_order()
        codes = correct_and_return(house, customer, order)
        assert sorted(codes) in ([302, 409], [302, 422])
        assert not lies_outside(order)


def test_without_the_lock_a_return_is_left_outside_its_window(house_without_lock, new_order):
    def is_left_outside(_round: int) -> bool:
        customer, order = new_order()
        codes = correct_and_return(house_without_lock, customer, order)
        return lies_outside(order) or 500 in codes

    does_harm(is_left_outside)


def test_a_pa_is_ordered_once_while_its_order_goes_back(house, new_authorization):
    """A form that was opened before the order is refused, whichever of the two comes first."""
    for _ in range(3):
        authorization = new_authorization()
        path = path_of(authorization, "order")
        alice_there = house.person(ALICE)
        stale = alice_there.form(path) | {"number": f"STALE-{next(_numbers)}"}
        order = record_order(
            [authorization],
            number=f"FIRST-{next(_numbers)}",
            ordered_on=TODAY,
            by=alice(),
            day=day_of(authorization, TODAY),
        )
        back = return_of(house, authorization.customer, order, LICENSES)
        forms = [back, *((path, form) for form in with_own_keys(stale, 4))]
        answers = alice_there.send_together(forms)
        assert answers[0].status_code == 302
        assert statuses(answers[1:]) == {409}
        assert returned(order) == LICENSES
        assert not Order.objects.filter(number=stale["number"]).exists()

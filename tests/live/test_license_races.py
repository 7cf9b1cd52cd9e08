"""Fifty admins give the last license away, each to somebody else, at the same moment."""

from __future__ import annotations

import uuid

import pytest
from django.test import override_settings

from authorizations.actions.assign import assign
from authorizations.actions.create import create_authorization
from authorizations.models import Assignment, PurchaseAuthorization
from customers.models import Customer
from tests import personas
from tests.conftest import TODAY
from tests.live.conftest import STRONG, a_product, alice, vip_terms
from tests.live.harm import does_harm
from tests.live.house import House
from tests.live.people import Fields, Person, send_at_once
from tests.live.test_races import path_of
from tests.personas import day_of

# One worker of the test run has all of them.
pytestmark = pytest.mark.xdist_group("live")

TIMES = 50
Sending = tuple[Person, str, Fields]


def one_left(new_customer, address: str) -> tuple[Customer, str]:
    """Return a customer with three licenses, of which one is free, and where it is given.

    Its VIP admin signs in with `address`.
    """
    customer = new_customer()
    with override_settings(PASSWORD_HASHERS=STRONG):
        admin = personas.make_member(customer, address, "Vera Vaher", accepts=vip_terms())
    product = a_product()
    create_authorization(
        customer, lines=[(product, 3)], po_number="", by=alice(), day=day_of(customer, TODAY)
    )
    people = [("", f"first{n}@people.example") for n in range(2)]
    assign(customer, product, people=people, by=admin, day=day_of(customer, TODAY))
    return customer, f"/member/{customer.vip_id}/products/{product.pk}/give/"


def to_many(fields: Fields, times: int) -> list[Fields]:
    """Return the form for so many different people, as if each had been opened anew."""
    return [
        fields | {"key": str(uuid.uuid4()), "name": "", "address": f"p{n}@people.example"}
        for n in range(times)
    ]


def held(customer) -> int:
    return Assignment.objects.held().filter(customer=customer).count()


def test_fifty_people_are_given_the_last_license_and_one_gets_it(house, new_customer):
    customer, path = one_left(new_customer, "vera@live.example")
    vera = house.person("vera@live.example")
    forms = to_many(vera.form(path, having="address"), TIMES)
    answers = vera.send_together([(path, form) for form in forms])
    assert sorted(answer.status_code for answer in answers) == [302] + [409] * (TIMES - 1)
    assert held(customer) == 3


def test_without_the_lock_the_last_license_is_given_more_than_once(
    house_without_lock, new_customer
):
    def is_given_more_than_once(_round: int) -> bool:
        customer, path = one_left(new_customer, "vera@unlocked.example")
        vera = house_without_lock.person("vera@unlocked.example")
        forms = to_many(vera.form(path, having="address"), 8)
        vera.send_together([(path, form) for form in forms])
        return held(customer) > 3

    does_harm(is_given_more_than_once)


def test_one_form_sent_fifty_times_gives_one_license(house, new_customer):
    customer, path = one_left(new_customer, "vera@once.example")
    vera = house.person("vera@once.example")
    form = to_many(vera.form(path, having="address"), 1)[0]
    answers = vera.send_together([(path, form)] * TIMES)
    assert {answer.status_code for answer in answers} == {302}
    assert held(customer) == 3


def last_ones(house: House, new_customer, address: str) -> tuple[Customer, list[Sending]]:
    """Return a customer with six licenses, three of them given away, and seven forms.

    Alice cancels the PA of the other three, which Vera gives to six people meanwhile.
    """
    customer, path = one_left(new_customer, address)
    pa = create_authorization(
        customer, lines=[(a_product(), 3)], po_number="", by=alice(), day=day_of(customer, TODAY)
    )
    vera, manager, cancel = (
        house.person(address),
        house.person("alice@north.example"),
        path_of(pa, "cancellation"),
    )
    forms = to_many(vera.form(path, having="address"), 6)
    given = [(vera, path, form) for form in forms]
    return customer, [*given[:1], (manager, cancel, manager.form(cancel)), *given[1:]]


def beyond_owned(customer: Customer) -> int:
    """Return how many people have a license without there being one."""
    open_ones = PurchaseAuthorization.objects.filter(customer=customer, cancelled_at=None)
    return held(customer) - 3 * open_ones.count()


def test_cancelling_while_the_last_licenses_are_given_leaves_nobody_without_one(
    house, new_customer
):
    for _ in range(5):
        customer, race = last_ones(house, new_customer, "vera@last.example")
        answers = send_at_once(race)
        assert {answer.status_code for answer in answers} <= {302, 409}
        assert beyond_owned(customer) <= 0
        given = [answer for answer in answers if answer is not answers[1]]
        assert held(customer) <= 2 + sum(answer.status_code == 302 for answer in given)


def test_without_the_lock_people_are_given_licenses_that_are_cancelled(
    house_without_lock, new_customer
):
    def beyond_what_there_is(_round: int) -> bool:
        customer, race = last_ones(house_without_lock, new_customer, "vera@loose.example")
        send_at_once(race)
        return beyond_owned(customer) > 0

    does_harm(beyond_what_there_is)

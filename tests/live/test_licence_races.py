"""Fifty admins give the last licence away, each to somebody else, at the same moment."""

from __future__ import annotations

import uuid

import pytest
from django.test import override_settings

from authorizations.actions.assign import assign
from authorizations.actions.create import create_authorization
from authorizations.models import Assignment
from customers.models import Customer
from reseller_console.tenancy.models import VipTerms
from tests import personas
from tests.conftest import TODAY
from tests.live.conftest import STRONG, a_product, alice
from tests.live.people import Fields

# One worker of the test run has all of them.
pytestmark = pytest.mark.xdist_group("live")

TIMES = 50


def one_left(new_customer, address: str) -> tuple[Customer, str]:
    """Return a customer with three licences, of which one is free, and where it is given.

    Its VIP admin signs in with `address`.
    """
    customer = new_customer()
    with override_settings(PASSWORD_HASHERS=STRONG):
        admin = personas.make_member(
            customer, address, "Vera Vaher", accepts=VipTerms.objects.get()
        )
    product = a_product()
    create_authorization(customer, lines=[(product, 3)], po_number="", by=alice(), today=TODAY)
    people = [("", f"first{n}@people.example") for n in range(2)]
    assign(customer, product, people=people, by=admin, today=TODAY)
    return customer, f"/member/{customer.vip_id}/products/{product.pk}/give/"


def to_many(fields: Fields, times: int) -> list[Fields]:
    """Return the form for so many different people, as if each had been opened anew."""
    return [
        fields | {"key": str(uuid.uuid4()), "name": "", "address": f"p{n}@people.example"}
        for n in range(times)
    ]


def held(customer) -> int:
    return Assignment.objects.held().filter(customer=customer).count()


def test_fifty_people_are_given_the_last_licence_and_one_gets_it(house, new_customer):
    customer, path = one_left(new_customer, "vera@live.example")
    vera = house.person("vera@live.example")
    forms = to_many(vera.form(path, having="address"), TIMES)
    answers = vera.send_together([(path, form) for form in forms])
    assert sorted(answer.status_code for answer in answers) == [302] + [409] * (TIMES - 1)
    assert held(customer) == 3


def test_without_the_lock_the_last_licence_is_given_more_than_once(
    house_without_lock, new_customer
):
    customer, path = one_left(new_customer, "vera@unlocked.example")
    vera = house_without_lock.person("vera@unlocked.example")
    forms = to_many(vera.form(path, having="address"), 8)
    vera.send_together([(path, form) for form in forms])
    assert held(customer) > 3


def test_one_form_sent_fifty_times_gives_one_licence(house, new_customer):
    customer, path = one_left(new_customer, "vera@once.example")
    vera = house.person("vera@once.example")
    form = to_many(vera.form(path, having="address"), 1)[0]
    answers = vera.send_together([(path, form)] * TIMES)
    assert {answer.status_code for answer in answers} == {302}
    assert held(customer) == 3

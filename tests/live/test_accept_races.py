"""Fifty times the same invitation, accepted at the same moment."""

from __future__ import annotations

import pytest
from django.test import override_settings
from psycopg import sql

from customers.admins.links import path_for
from customers.models import CustomerEvent, Membership, TermsAcceptance
from notifications.models import Email
from reseller_console.accounts.models import User
from tests import personas
from tests.live import databases
from tests.live.conftest import STRONG, UNGUARDED
from tests.live.harm import does_harm
from tests.live.people import Fields, Person, places, statuses
from tests.live.test_races import with_own_keys

pytestmark = pytest.mark.xdist_group("live")

PAGE = "/invitation/"
TIMES = 50
PASSWORD = "a sunny day on Saaremaa"


def opened(house, customer) -> tuple[Person, Fields]:
    """Return a browser that has followed the link, and the form filled in."""
    somebody = Person(house.origin)
    somebody.get(path_for(customer.vip_id, 1))
    fields = somebody.form(PAGE, having="organization") | {"agreed": "on"}
    if "name" in fields:
        fields |= {"name": "Vera Vaher", "password1": PASSWORD, "password2": PASSWORD}
    return somebody, fields


def effects(customer) -> dict[str, int]:
    """Count what accepting brings about, each of it once."""
    return {
        "accounts": User.objects.with_address(customer.contact_email).count(),
        "memberships": Membership.objects.filter(customer=customer).count(),
        "acceptances": TermsAcceptance.objects.filter(customer=customer).count(),
        "joined": CustomerEvent.objects.filter(customer=customer, kind="admin_joined").count(),
        "welcomes": Email.objects.filter(about=customer.vip_id, template="admin_welcome").count(),
        "news": Email.objects.filter(about=customer.vip_id, template="terms_accepted").count(),
    }


ONCE = dict.fromkeys(("accounts", "memberships", "acceptances", "joined", "welcomes", "news"), 1)


def test_c21_one_form_sent_fifty_times_accepts_once(house, new_customer):
    customer = new_customer()
    somebody, fields = opened(house, customer)
    answers = somebody.send_together([(PAGE, fields)] * TIMES)
    assert statuses(answers) == {302}
    assert places(answers) == {f"/member/{customer.vip_id}/"}
    assert effects(customer) == ONCE


def test_without_keys_most_of_the_fifty_are_turned_away(house_without_keys, new_customer):
    def turned_away(number: int) -> bool:
        customer = new_customer(contact_email=f"keyless{number}@customer.example")
        somebody, fields = opened(house_without_keys, customer)
        return statuses(somebody.send_together([(PAGE, fields)] * 8)) != {302}

    does_harm(turned_away)


def test_the_link_followed_from_fifty_windows_accepts_once(house, new_customer):
    customer = new_customer()
    somebody, fields = opened(house, customer)
    answers = somebody.send_together([(PAGE, form) for form in with_own_keys(fields)])
    assert [answer.status_code for answer in answers].count(302) == 1
    assert statuses(answers) <= {302, 404, 409}
    assert effects(customer) == ONCE


@pytest.fixture(scope="module")
def open_without_lock(open_another):
    with open_another(UNGUARDED, WITHOUT="lock") as house:
        # Both would keep them apart as well.
        for guard in (
            "DROP INDEX one_membership_per_customer_and_person",
            "DROP TRIGGER customer_stays_accepted ON customers_customer",
        ):
            databases.run_as_owner(sql.SQL(guard), database=house.database)
        yield house


def test_without_the_lock_the_link_is_followed_more_than_once(
    open_without_lock, enter, new_customer
):
    house = enter(open_without_lock)

    def is_followed_more_than_once(number: int) -> bool:
        address = f"twice{number}@customer.example"
        first, customer = new_customer(), new_customer(contact_email=address)
        with override_settings(PASSWORD_HASHERS=STRONG):
            personas.make_member(first, address, "Vera Vaher")
        somebody = Person(house.origin).sign_in(address, personas.PASSWORD)
        somebody.get(path_for(customer.vip_id, 1))
        fields = somebody.form(PAGE, having="organization") | {"agreed": "on"}
        somebody.send_together([(PAGE, form) for form in with_own_keys(fields, 8)])
        return effects(customer)["memberships"] > 1

    does_harm(is_followed_more_than_once)

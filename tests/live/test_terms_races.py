"""New VIP terms are published at the moment members accept the ones before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import override_settings

from customers.actions.terms import publish_terms
from customers.admins.vip_terms import terms_to_accept
from customers.models import TermsAcceptance
from reseller_console.accounts.models import User
from tests import personas
from tests.live.conftest import STRONG
from tests.live.people import send_at_once, statuses

pytestmark = pytest.mark.xdist_group("live")

VERA = "vera@terms.example"


@pytest.fixture
def program(house):
    """A program of its own, with a reseller that has a manager and a primary admin."""
    made = personas.make_program("Terms for races")
    reseller = personas.make_reseller("Terms", program=made)
    personas.make_user("paul@terms.example", "Paul Prima", reseller, "primary")
    return made


def test_terms_published_while_members_accept_wait_for_everybody(house, program):
    first, second, third = (
        personas.make_vip_terms(program, version=version, published=version < 3)
        for version in (1, 2, 3)
    )
    manager = User.objects.get(email="paul@terms.example")
    customers = [personas.make_customer(managed_by=manager) for _ in range(8)]
    with override_settings(PASSWORD_HASHERS=STRONG):
        for customer in customers:
            personas.make_member(customer, VERA, "Vera Vaher", accepts=first)
    vera, race = house.person(VERA), []
    for customer in customers:
        path = f"{customer.get_member_url()}terms/"
        race.append((vera, path, vera.form(path, having="version") | {"agreed": "on"}))
    with ThreadPoolExecutor(1) as pool:
        published = pool.submit(publish, third)
        answers = send_at_once(race)
        published.result(20)
    assert statuses(answers) <= {302, 409, 422}
    accepted = TermsAcceptance.objects.filter(customer__in=customers)
    assert not accepted.filter(terms=third).exists()
    taken = [answer.status_code for answer in answers].count(302)
    assert accepted.filter(terms=second).count() == taken
    for customer in customers:
        assert terms_to_accept(customer) == third


def publish(terms) -> None:
    """Put terms in force, as ops do, over a connection of this thread."""
    try:
        publish_terms(terms, by=User.objects.get(email="ops@console.example"))
    finally:
        connection.close()

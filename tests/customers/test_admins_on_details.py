"""What managers see of VIP admins and terms, and the way in they can send to the contact."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from customers.models import Invitation
from reseller_console.accounts.models import User
from tests import personas
from tests.counting import counted


@pytest.fixture
def page(login, alice, customer):
    """A function that gives the customer's page as Alice sees it."""
    return lambda: login(alice).get(customer.get_absolute_url()).content.decode()


def test_managers_see_who_is_admin_and_which_terms_were_accepted(
    page, customer, vera, viktor, program
):
    text = " ".join(page().split())
    assert "vera@customer.example" in text
    assert "viktor@customer.example" in text
    assert "Version 1, accepted by Vera Vaher on" in text
    assert "Resend invitation" not in text
    personas.make_vip_terms(program, version=2)
    assert "Version 2 waits for an admin to accept it" in page()


def test_before_acceptance_there_is_nothing_to_see(page, customer):
    assert "VIP admins" not in page()
    assert "Withdraw" in page()


def test_a_customer_whose_admins_are_gone_can_be_sent_a_way_in(page, login, alice, customer, vera):
    User.objects.filter(pk=vera.pk).update(deactivated_at=timezone.now())
    text = " ".join(page().split())
    assert "its link lets the contact create an account" in text
    assert "Accepted" in text
    assert "Resend invitation" in text
    assert "invitation/withdrawal/" not in text
    path = f"{customer.get_absolute_url()}invitation/resend/"
    browser = login(alice)
    assert "has no VIP admin now" in browser.get(path).content.decode()
    assert browser.post(path, {"key": str(uuid.uuid4())}).status_code == 302
    assert Invitation.objects.in_force().get(customer=customer).version == 2


def test_while_there_is_an_admin_nothing_is_left_to_send(login, alice, customer, vera):
    path = f"{customer.get_absolute_url()}invitation/resend/"
    assert "nothing left to send" in login(alice).get(path).content.decode()
    assert login(alice).post(path, {"key": str(uuid.uuid4())}).status_code == 409


def test_more_admins_take_no_more_queries(login, alice, customer, vera, viktor):
    browser, path = login(alice), customer.get_absolute_url()
    browser.get(path)

    def queries():
        with counted() as taken:
            browser.get(path)
        return len(taken)

    before = queries()
    for number in range(3):
        personas.make_member(customer, f"more{number}@customer.example", "One More")
    assert queries() == before

"""Following an invitation's link: an account of one's own, a tick under the terms, a button."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from customers.admins.links import path_for
from customers.models import Customer, CustomerEvent, Invitation, Membership, TermsAcceptance
from notifications.models import Email
from reseller_console.accounts.models import User
from tests import personas
from tests.customers.accepting.forms import GOOD, PAGE, filled, nobody_accepted
from tests.each import each
from tests.live.people import Forms

pytestmark = pytest.mark.django_db


def test_somebody_new_makes_the_account_and_accepts_in_one_step(browser, customer, terms):
    response = browser.post(PAGE, filled(customer))
    assert (response.status_code, response["Location"]) == (302, f"/member/{customer.vip_id}/")
    customer.refresh_from_db()
    vera = User.objects.get(email=customer.contact_email)
    assert customer.accepted_at is not None
    assert vera.is_member and vera.check_password(GOOD) and vera.joined_at
    assert Membership.objects.active().get().user == vera
    acceptance = TermsAcceptance.objects.get()
    assert (acceptance.terms, acceptance.accepted_by) == (terms, vera)
    assert browser.session["_auth_user_id"] == str(vera.pk)


def test_accepting_is_told_to_both_sides_and_remembered(browser, customer, alice):
    browser.post(PAGE, filled(customer))
    emails = {email.template: email.to_address for email in Email.objects.all()}
    assert emails == {
        "admin_welcome": customer.contact_email,
        "terms_accepted": alice.email,
    }
    kinds = set(CustomerEvent.objects.filter(customer=customer).values_list("kind", flat=True))
    assert kinds == {"terms_accepted", "admin_joined"}


def test_the_link_works_once(browser, customer):
    browser.post(PAGE, filled(customer))
    again = Client()
    assert again.get(path_for(customer.vip_id, 1)).status_code == 404
    assert Invitation.objects.get(customer=customer).used_at is not None


@each(
    ("change", "sentence"),
    [
        ({"agreed": ""}, "Tick the box"),
        ({"name": ""}, "This field is required"),
        ({"password1": "", "password2": ""}, "This field is required"),
        ({"password2": "another day"}, "The two passwords differ"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"name": "<b>Vera</b>"}, "are not accepted"),
    ],
)
def test_what_is_missing_is_said_at_the_field_and_nothing_is_accepted(
    browser, customer, change, sentence
):
    response = browser.post(PAGE, filled(customer, **change))
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert nobody_accepted(customer)
    assert not User.objects.filter(email=customer.contact_email).exists()


def test_what_was_forgotten_can_be_added_and_sent(browser, customer):
    wrong = browser.post(PAGE, filled(customer, agreed="")).content.decode()
    again = Forms(wrong).with_field("organization")
    sent = again | {"agreed": "on", "password1": GOOD, "password2": GOOD}
    assert sent["name"] == ["Vera Vaher"], "what was typed stays"
    assert browser.post(PAGE, sent)["Location"] == f"/member/{customer.vip_id}/"


def test_pressing_the_button_alone_accepts_nothing(browser, customer):
    assert browser.post(PAGE, {}).status_code == 422
    assert nobody_accepted(customer)


def test_somebody_with_an_account_signs_in_first_and_comes_back(browser, customer, terms):
    other = personas.make_customer(managed_by=customer.managed_by)
    vera = personas.make_member(other, customer.contact_email.upper(), "Vera", accepts=terms)
    shown = browser.get(PAGE).content.decode()
    assert "There is an account for" in shown and 'name="password1"' not in shown
    assert browser.post(PAGE, filled(customer)).status_code == 200, "there is no form to send"
    assert nobody_else_joined(customer)
    signed_in = browser.post(
        "/accounts/login/",
        {"login": vera.email, "password": personas.PASSWORD, "next": PAGE},
    )
    assert signed_in["Location"] == PAGE
    response = browser.post(PAGE, filled(customer))
    assert response["Location"] == f"/member/{customer.vip_id}/"
    memberships = Membership.objects.active().filter(user=vera)
    assert {row.customer for row in memberships} == {customer, other}


def nobody_else_joined(customer: Customer) -> bool:
    return not Membership.objects.filter(customer=customer).exists()


@pytest.mark.parametrize("who", ["alice", "ada", "charlie", "ops"])
def test_a_reseller_user_can_never_accept(browser, customer, who, request):
    browser.force_login(request.getfixturevalue(who))
    browser.get(path_for(customer.vip_id, 1))
    assert browser.get(PAGE).status_code == 403
    answer = browser.post(PAGE, filled(customer))
    assert answer.status_code == 403
    assert "You cannot accept for a customer" in answer.content.decode()
    assert nobody_accepted(customer)


def test_not_even_when_the_invited_address_is_a_colleagues(make_customer, client, terms, charlie):
    customer = make_customer(contact_email=charlie.email)
    client.get(path_for(customer.vip_id, 1))
    assert "cannot be used here" in client.get(PAGE).content.decode()
    client.post(PAGE, filled(customer))
    client.force_login(charlie)
    client.get(path_for(customer.vip_id, 1))
    client.post(PAGE, filled(customer))
    assert nobody_accepted(customer)


def test_another_member_is_asked_to_sign_out(browser, customer, olaf):
    browser.force_login(olaf)
    browser.get(path_for(customer.vip_id, 1))
    assert "sign out" in browser.get(PAGE).content.decode().lower()
    browser.post(PAGE, filled(customer))
    customer.refresh_from_db()
    assert customer.accepted_at is None


def test_a_closed_account_does_not_come_back_through_an_invitation(browser, customer, terms):
    other = personas.make_customer(managed_by=customer.managed_by)
    vera = personas.make_member(other, customer.contact_email, "Vera", accepts=terms)
    vera.deactivated_at = timezone.now()
    vera.save(update_fields=["deactivated_at"])
    assert "cannot be used here" in browser.get(PAGE).content.decode()
    browser.post(PAGE, filled(customer))
    assert nobody_else_joined(customer)

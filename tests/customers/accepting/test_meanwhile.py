"""An invitation is accepted while something happens: twice, late, by a dead link, corrected."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from customers.actions.correct import correct_customer
from customers.actions.invitation import resend_invitation, withdraw_invitation
from customers.admins.links import path_for
from customers.models import Customer, Membership, TermsAcceptance
from customers.views import landing
from notifications.models import Email
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.submissions import led_to
from tests import personas
from tests.customers.accepting.forms import PAGE, filled, nobody_accepted
from tests.personas import day_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("what", ["resent", "withdrawn"])
def test_a_page_left_open_accepts_nothing_once_its_link_is_dead(
    browser, customer, alice, pinned_today, what
):
    form = filled(customer)
    if what == "resent":
        resend_invitation(customer, by=alice, day=day_of(customer, pinned_today))
    else:
        withdraw_invitation(customer, by=alice, day=day_of(customer, pinned_today))
    response = browser.post(PAGE, form)
    assert response.status_code == 404
    assert "This invitation link does not work" in response.content.decode()
    assert nobody_accepted(customer)


def test_terms_replaced_meanwhile_are_read_before_they_are_accepted(browser, customer, program):
    newer = personas.make_vip_terms(program, version=2)
    response = browser.post(PAGE, filled(customer, version="1"))
    shown = response.content.decode()
    assert response.status_code == 422
    assert "The terms have just changed" in shown and "terms, version 2." in shown
    assert nobody_accepted(customer)
    assert 'name="version" value="2"' in shown
    browser.post(PAGE, filled(customer, version="2"))
    assert TermsAcceptance.objects.get().terms == newer


def test_two_invitations_in_one_browser_are_not_mixed_up(browser, customer, make_customer):
    second = make_customer(name="The Second")
    form = filled(customer)
    browser.get(path_for(second.vip_id, 1))
    response = browser.post(PAGE, form)
    assert response.status_code == 422
    assert "Another invitation has been opened" in response.content.decode()
    assert nobody_accepted(customer) and nobody_accepted(second)


def test_pressing_twice_leads_to_the_same_place(browser, customer):
    form = filled(customer)
    first, second = browser.post(PAGE, form), browser.post(PAGE, form)
    assert first["Location"] == second["Location"] == f"/member/{customer.vip_id}/"
    assert (Membership.objects.count(), TermsAcceptance.objects.count()) == (1, 1)


def test_going_back_after_accepting_leads_on(browser, customer):
    browser.post(PAGE, filled(customer))
    assert browser.get(PAGE)["Location"] == f"/member/{customer.vip_id}/"


def test_the_second_press_of_a_lost_first_answer_signs_in(customer, terms):
    form = filled(customer)
    first, second = Client(), Client()
    for browser in (first, second):
        browser.get(path_for(customer.vip_id, 1))
    first.post(PAGE, form)
    answer = second.post(PAGE, form)
    assert answer["Location"] == f"/member/{customer.vip_id}/"
    assert "_auth_user_id" in second.session
    assert Membership.objects.count() == 1


def test_a_replayed_form_signs_in_nobody_with_a_wrong_password(customer, terms):
    form = filled(customer)
    first, second = Client(), Client()
    for browser in (first, second):
        browser.get(path_for(customer.vip_id, 1))
    first.post(PAGE, form)
    second.post(PAGE, form | {"password1": "guessing is fun", "password2": "guessing is fun"})
    assert "_auth_user_id" not in second.session


def test_a_contact_of_an_imported_customer_gets_in_by_a_new_link(make_customer, terms, client):
    customer = make_customer(accepted_at=timezone.now())
    before = customer.accepted_at
    client.get(path_for(customer.vip_id, 1))
    client.post(PAGE, filled(customer))
    customer.refresh_from_db()
    assert customer.accepted_at == before, "the date it accepted stays"
    assert Membership.objects.active().get().customer == customer


def test_an_email_that_still_waits_is_not_sent_any_more(browser, customer, alice, pinned_today):
    resend_invitation(customer, by=alice, day=day_of(customer, pinned_today))
    fresh = Client()
    fresh.get(path_for(customer.vip_id, 2))
    fresh.post(PAGE, filled(customer))
    assert Email.objects.with_delivery().get(template="customer_invited").delivery == "skipped"


def test_an_accepted_invitation_is_neither_sent_again_nor_withdrawn(
    browser, customer, alice, pinned_today
):
    browser.post(PAGE, filled(customer))
    customer.refresh_from_db()
    for verb in (resend_invitation, withdraw_invitation):
        with pytest.raises(ActionRefused) as refused:
            verb(customer, by=alice, day=day_of(customer, pinned_today))
        assert refused.value.code == "accepted"


def test_who_got_the_email_by_mistake_cannot_accept_once_the_address_is_corrected(
    browser, customer, ops, alice, pinned_today
):
    correct_customer(
        customer,
        changes={"contact_email": "right@customer.example"},
        reason="Mistyped.",
        by=ops,
        day=day_of(customer, pinned_today),
    )
    assert browser.get(PAGE).status_code == 404
    assert browser.post(PAGE, filled(customer)).status_code == 404
    assert Client().get(path_for(customer.vip_id, 1)).status_code == 404
    assert nobody_accepted(customer)
    assert Customer.objects.shown_today().get(pk=customer.pk).invitation_state == "expired"
    resend_invitation(customer, by=alice, day=day_of(customer, pinned_today))
    right = Client()
    right.get(path_for(customer.vip_id, 2))
    right.post(PAGE, filled(customer))
    assert Membership.objects.get().user.email == "right@customer.example"


@pytest.mark.parametrize("field", ["city", "contact_email"])
def test_correcting_something_else_leaves_the_link_alone(
    field, browser, customer, ops, pinned_today
):
    same_in_capitals = getattr(customer, field).upper()
    correct_customer(
        customer,
        changes={field: same_in_capitals},
        reason="Style.",
        by=ops,
        day=day_of(customer, pinned_today),
    )
    assert browser.get(PAGE).status_code == 200


def test_a_second_press_that_finds_the_account_made_meanwhile_leads_on(
    browser, customer, monkeypatch
):
    """The first press takes effect between two looks of the second: both lead to one place."""
    form = filled(customer)
    second = Client()
    second.cookies = browser.cookies.copy()
    asked = []

    def led_to_late(key: str | None) -> str:
        asked.append(key)
        if len(asked) == 1:
            before = led_to(key)
            assert browser.post("/invitation/", form).status_code == 302
            return before
        return led_to(key)

    monkeypatch.setattr(landing, "led_to", led_to_late)
    answer = second.post("/invitation/", form)
    assert answer.status_code == 302
    assert answer["Location"] == customer.get_member_url()
    assert User.objects.with_address(customer.contact_email).count() == 1

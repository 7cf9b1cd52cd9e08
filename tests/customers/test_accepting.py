"""Following an invitation's link: an account of one's own, a tick under the terms, a button."""

from __future__ import annotations

import uuid

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from customers.actions.correct import correct_customer
from customers.actions.invitation import resend_invitation, withdraw_invitation
from customers.admins.links import path_for
from customers.models import Customer, CustomerEvent, Invitation, Membership, TermsAcceptance
from customers.views import landing
from notifications.models import Email
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.submissions import led_to
from tests import personas
from tests.each import each
from tests.live.people import Forms
from tests.personas import day_of

pytestmark = pytest.mark.django_db
PAGE = "/invitation/"
GOOD = "a sunny day on Saaremaa"


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()


@pytest.fixture
def terms(vip_terms):
    return vip_terms


@pytest.fixture
def browser(client, customer, terms):
    """A browser in which the invitation of `customer` has been opened."""
    client.get(path_for(customer.vip_id, 1))
    return client


def filled(customer: Customer, **changes: str) -> dict[str, str]:
    """Return the form of somebody new, filled in well but for `changes`."""
    return {
        "key": str(uuid.uuid4()),
        "organization": customer.vip_id,
        "version": "1",
        "name": "Vera Vaher",
        "password1": GOOD,
        "password2": GOOD,
        "agreed": "on",
    } | changes


def nobody_accepted(customer: Customer) -> bool:
    customer.refresh_from_db()
    return (
        customer.accepted_at is None
        and not Membership.objects.exists()
        and not TermsAcceptance.objects.exists()
    )


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

"""X22, X24, X27, X30: what can be done to a person, or by one, around an invitation's link."""

from __future__ import annotations

import uuid

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from customers.actions.admins import resend_admin_invitation, withdraw_admin_invitation
from customers.admins.landing import MOST_MISSES
from customers.admins.links import admin_path_for, path_for, token_for
from customers.models import Membership, TermsAcceptance
from notifications.models import Email
from reseller_console.accounts.models import User
from tests import personas
from tests.attacks.test_injection import NASTY, fine, sendable
from tests.customers.accepting.forms import PAGE, filled, nobody_accepted
from tests.personas import day_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()


@pytest.fixture
def opened(client, customer, vip_terms):
    """A browser in which the invitation of `customer` has been opened."""
    client.get(path_for(customer.vip_id, 1))
    return client


def cookie(browser: Client) -> str:
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def planted(value: str) -> Client:
    """Return a browser that was given somebody else's session cookie."""
    victim = Client()
    victim.cookies[settings.SESSION_COOKIE_NAME] = value
    return victim


def test_x27_a_planted_session_with_an_opened_invitation_knows_nobody_afterwards(opened, customer):
    before = cookie(opened)
    victim = planted(before)
    assert victim.post(PAGE, filled(customer)).status_code == 302
    assert cookie(victim) != before, "signing in makes a new session"
    attacker = planted(before)
    assert attacker.get(customer.get_member_url())["Location"].startswith("/accounts/login/")
    assert attacker.get(PAGE).status_code == 404


def test_x27_somebody_who_signs_in_under_a_planted_invitation_accepts_nothing_for_others(
    opened, customer, olaf
):
    victim = planted(cookie(opened))
    victim.post(
        "/accounts/login/", {"login": olaf.email, "password": personas.PASSWORD, "next": PAGE}
    )
    shown = victim.get(PAGE)
    assert shown.status_code == 200 and 'name="agreed"' not in shown.text
    sent = victim.post(PAGE, filled(customer))
    assert sent.status_code == 200
    customer.refresh_from_db()
    assert customer.accepted_at is None
    assert Membership.objects.get().user == olaf
    assert opened.get(customer.get_member_url())["Location"].startswith("/accounts/login/")


def test_x15_another_site_cannot_accept_or_sign_up(customer, vip_terms):
    strict = Client(enforce_csrf_checks=True)
    strict.get(path_for(customer.vip_id, 1))
    for headers in ({}, {"HX-Request": "true"}, {"Origin": "https://evil.example"}):
        assert strict.post(PAGE, filled(customer), headers=headers).status_code == 403
    assert nobody_accepted(customer)


def test_two_tabs_with_two_invitations_never_accept_the_wrong_one(client, make_customer, vip_terms):
    first, second = make_customer(), make_customer()
    for customer in (first, second):
        client.get(path_for(customer.vip_id, 1))
    answer = client.post(PAGE, filled(first))
    assert answer.status_code == 422 and second.name in answer.text
    assert (
        not TermsAcceptance.objects.exists()
        and not User.objects.with_address(second.contact_email).exists()
    )


def test_x22_a_key_of_another_form_opens_nothing_and_greets_nobody(
    client, make_customer, vip_terms, olaf
):
    """The same form sent twice is led on; a key of one's own is no pass to somebody's door."""
    mine, theirs = make_customer(), make_customer(name="Secret Society")
    client.get(path_for(mine.vip_id, 1))
    sent = filled(mine)
    assert client.post(PAGE, sent).status_code == 302
    client.get(path_for(theirs.vip_id, 1))
    theirs.invitations.update(expires_on="2026-01-01")
    answer = client.post(PAGE, sent, follow=True)
    assert "Secret Society" not in answer.text


def test_x29_the_password_of_the_invited_cannot_be_guessed_through_a_used_key(
    client, make_customer, vip_terms
):
    mine, theirs = make_customer(), make_customer()
    victim = personas.make_member(make_customer(), theirs.contact_email, "Victim")
    client.get(path_for(mine.vip_id, 1))
    sent = filled(mine)
    client.post(PAGE, sent)
    client.post("/accounts/logout/")
    client.get(path_for(theirs.vip_id, 1))
    for number in range(5):
        client.post(PAGE, sent | {"password1": f"guess number {number}"})
    client.post(PAGE, sent | {"password1": personas.PASSWORD})
    assert "_auth_user_id" not in client.session, "the sixth try is not looked at"
    assert victim.is_active


@pytest.mark.parametrize(
    "password",
    ["too short", "password1234", "847261539204", "vera@customer.example", "Vera Vaher Vaher"],
)
def test_x29_a_poor_password_is_refused_and_nothing_is_made(password, opened, customer):
    customer.contact_email = "vera@customer.example"
    customer.save()
    answer = opened.post(PAGE, filled(customer, password1=password, password2=password))
    assert answer.status_code == 422
    assert nobody_accepted(customer)


@pytest.mark.parametrize(
    "field", ["name", "password1", "organization", "version", "key", "next", "email"]
)
def test_x09_hostile_text_in_the_form_of_the_invitation_breaks_nothing(field, opened, customer):
    for text in NASTY:
        fields = filled(customer, agreed="") | {field: sendable(text)}
        assert fine(opened.post(PAGE, fields)), (field, text)
    assert nobody_accepted(customer)


def test_x02_the_form_decides_nothing_about_who_the_account_is_for(opened, customer, ops):
    smuggled = {
        "email": "eve@evil.example",
        "address": "eve@evil.example",
        "is_staff": "on",
        "is_superuser": "on",
        "role": "primary",
        "reseller": customer.reseller_id,
        "customer": "1",
    }
    assert opened.post(PAGE, filled(customer) | smuggled).status_code == 302
    made = User.objects.latest("pk")
    assert made.email == customer.contact_email
    assert made.is_member and not made.is_staff and not made.is_superuser
    assert made.reseller is None and not made.role


def test_x30_without_a_link_nobody_learns_whose_address_has_an_account(client, vera, customer):
    pages = [client.get(PAGE), client.post(PAGE, filled(customer))]
    pages += [client.get(f"/invitations/{'x' * 43}/")]
    assert {page.status_code for page in pages} == {404}
    for page in pages:
        assert not [
            word
            for word in (vera.email, customer.contact_email, customer.name)
            if word in page.text
        ]


def test_x22_links_of_every_dead_kind_get_one_answer(
    client, make_customer, make_side, alice, vip_terms, pinned_today
):
    side = make_side(alice, None, "Dead")
    invitation, vip_id = side.invitation, side.customer.vip_id
    old = admin_path_for(vip_id, invitation.address_key, 1)
    resend_admin_invitation(invitation, by=side.admin, day=day_of(invitation, pinned_today))
    newer = admin_path_for(vip_id, invitation.address_key, 2)
    assert client.get(newer).status_code == 302
    newest = side.customer.admin_invitations.latest("pk")
    withdraw_admin_invitation(newest, by=side.admin, day=day_of(newest, pinned_today))
    used = path_for(vip_id, 1)
    never = admin_path_for(vip_id, "nobody@x.example", 1)
    swapped = path_for(vip_id, 2)
    good = make_customer()
    cut = path_for(good.vip_id, 1)[:-2] + "/"
    other_case = path_for(good.vip_id, 1).swapcase().replace("/INVITATIONS/", "/invitations/")
    answers = [Client().get(path) for path in (old, newer, used, never, swapped, cut, other_case)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    # The page that was opened before the link died says the same.
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, filled(side.customer)).status_code == 404


def test_x22_guessing_is_slowed_down_alike_for_links_of_admins(mine, db):
    guesser = Client(REMOTE_ADDR="192.0.2.7")
    for number in range(MOST_MISSES):
        guesser.get(f"/invitations/{number}/")
    right = admin_path_for(mine.customer.vip_id, mine.invitation.address_key, 1)
    assert guesser.get(right).status_code == 404
    assert Client(REMOTE_ADDR="192.0.2.8").get(right).status_code == 302


def test_x24_a_scanner_of_an_admins_invitation_joins_nobody(client, mine):
    path = admin_path_for(mine.customer.vip_id, mine.invitation.address_key, 1)
    members = Membership.objects.count()
    for method in ("get", "head", "options", "post", "put", "delete"):
        assert getattr(client, method)(path).status_code in {302, 405, 200}
        assert getattr(client, method)(PAGE).status_code in {200, 405, 422}
    mine.invitation.refresh_from_db()
    assert mine.invitation.used_at is None and Membership.objects.count() == members
    # The page has one button, and pressing it as it stands is not enough.
    page = client.get(PAGE)
    assert client.post(PAGE, {"key": page.context["form"].initial["key"]}).status_code == 422
    assert Membership.objects.count() == members


def test_x23_x26_an_opened_invitation_leaves_no_secret_behind(client, mine, customer, caplog):
    tokens = [
        token_for(customer.vip_id, 1),
        admin_path_for(mine.customer.vip_id, mine.invitation.address_key, 1).split("/")[2],
    ]
    for token in tokens:
        answer = client.get(f"/invitations/{token}/")
        assert answer["Location"] == PAGE and answer["Referrer-Policy"] == "no-referrer"
        page = client.get(PAGE)
        assert not [
            one
            for one in tokens
            if one in page.text + str(dict(page.headers)) + str(client.cookies)
        ]
        kept = str([session.get_decoded() for session in Session.objects.all()])
        assert token not in kept
    stored = str(list(Email.objects.values()))
    assert not [one for one in tokens if one in stored]
    assert not [one for one in tokens if one in caplog.text]


def test_x26_a_stolen_table_of_sessions_opens_none(login, vera):
    browser = login(vera)
    assert browser.get("/member/").status_code == 302
    for session in Session.objects.all():
        thief = planted(session.session_key)
        assert thief.get("/member/")["Location"].startswith("/accounts/login/")
        assert session.session_key not in str(browser.cookies)


def test_x27_a_cookie_used_after_signing_out_is_worth_nothing(login, vera, customer):
    browser = login(vera)
    value = cookie(browser)
    assert planted(value).get(customer.get_member_url()).status_code == 200
    browser.post("/accounts/logout/")
    assert planted(value).get(customer.get_member_url()).status_code == 302


def test_the_key_of_the_form_is_not_enough_without_the_session(opened, customer):
    stranger = Client()
    assert stranger.post(PAGE, filled(customer, key=str(uuid.uuid4()))).status_code == 404
    assert nobody_accepted(customer)

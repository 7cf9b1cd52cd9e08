"""The pages behind an invitation's link: looking changes nothing, answers betray nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from customers.actions.invitation import resend_invitation
from customers.admins.landing import MOST_MISSES
from customers.admins.links import path_for, token_for
from customers.models import Customer, Invitation
from tests import personas
from tests.personas import day_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()


def opened(client: Client, customer: Customer, version: int = 1):
    """Follow the link as a browser does."""
    return client.get(path_for(customer.vip_id, version), follow=True)


def test_a_link_in_force_shows_who_invites_whom(client, customer, vip_terms):
    response = opened(client, customer)
    shown = response.content.decode()
    assert response.status_code == 200
    words = (customer.name, customer.vip_id, "Alice Adams, North", "1 April 2026")
    for word in (*words, customer.contact_email, "These are the terms, version 1."):
        assert word in shown


def test_the_secret_moves_out_of_the_address(client, customer, vip_terms):
    moved = client.get(path_for(customer.vip_id, 1))
    assert (moved.status_code, moved["Location"]) == (302, "/invitation/")
    assert moved["Referrer-Policy"] == "no-referrer"
    assert moved["Cache-Control"] == "no-store"
    assert token_for(customer.vip_id, 1) not in client.get("/invitation/").content.decode()


def test_asking_for_the_head_leads_where_asking_for_the_page_does(client, customer, vip_terms):
    path = path_for(customer.vip_id, 1)
    moved, got = client.head(path), Client().get(path)
    assert (moved.status_code, moved["Location"]) == (got.status_code, got["Location"])
    assert client.head(moved["Location"]).status_code == 200
    for dead in (path_for(customer.vip_id, 2), "/invitations/x/"):
        assert Client().head(dead).status_code == Client().get(dead).status_code == 404


def test_a_stolen_session_table_holds_no_link(client, customer):
    opened(client, customer)
    kept = [session.get_decoded() for session in Session.objects.all()]
    assert kept
    assert token_for(customer.vip_id, 1) not in str(kept)


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(client, customer, vip_terms, method):
    before = list(Customer.objects.values()), list(Invitation.objects.values())
    for _ in range(5):
        getattr(client, method)(path_for(customer.vip_id, 1), follow=True)
    assert (list(Customer.objects.values()), list(Invitation.objects.values())) == before


def test_nothing_can_be_sent_to_the_link_itself(client, customer):
    for method in ("post", "put", "delete", "patch"):
        assert getattr(client, method)(path_for(customer.vip_id, 1)).status_code == 405


@pytest.mark.parametrize(
    ("days", "works"), [(0, True), (29, True), (30, True), (31, False), (400, False)]
)
def test_the_link_works_for_its_days_and_not_one_longer(
    client, customer, set_today, pinned_today, days, works
):
    set_today(pinned_today + dt.timedelta(days=days))
    assert (opened(client, customer).status_code == 200) == works


def test_a_page_left_open_ends_with_the_link(client, customer, set_today, pinned_today):
    opened(client, customer)
    set_today(pinned_today + dt.timedelta(days=31))
    assert client.get("/invitation/").status_code == 404


def test_every_link_that_does_not_work_gets_the_identical_answer(
    client, make_customer, set_today, pinned_today, alice, vip_terms
):
    expired, withdrawn, accepted, used, superseded = (make_customer() for _ in range(5))
    Invitation.objects.filter(customer=expired).update(expires_on=dt.date(2026, 3, 1))
    Customer.objects.filter(pk=withdrawn.pk).update(withdrawn_at=timezone.now())
    personas.make_member(accepted, "a@customer.example", "A", accepts=vip_terms)
    Invitation.objects.filter(customer=used).update(used_at=timezone.now())
    resend_invitation(superseded, by=alice, day=day_of(superseded, pinned_today))
    good = token_for(superseded.vip_id, 2)
    dead = (expired, withdrawn, accepted, used, superseded)
    tokens = [token_for(c.vip_id, 1) for c in dead]
    tokens += [good[:-1], good.swapcase(), good + "A", "x", "%00", "💥", "a" * 5000, "nobody"]
    answers = [client.get(f"/invitations/{token}/") for token in tokens]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert "This invitation link does not work" in answers[0].content.decode()
    assert {answer["Referrer-Policy"] for answer in answers} == {"no-referrer"}
    assert "This invitation link does not work" in client.get("/invitation/").content.decode()


def test_too_many_misses_from_one_address_close_the_page_for_it(client, customer):
    for n in range(MOST_MISSES):
        client.get(f"/invitations/guess-{n}/")
    throttled = opened(client, customer)
    assert throttled.status_code == 404
    assert throttled.content == client.get("/invitations/guess/").content
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert opened(elsewhere, customer).status_code == 200


def test_looking_at_a_good_link_again_and_again_is_no_miss(client, customer):
    for _ in range(MOST_MISSES + 2):
        assert opened(client, customer).status_code == 200


def test_without_terms_to_accept_there_is_nothing_to_press(client, customer):
    shown = opened(client, customer).content.decode()
    assert "There are no VIP terms to accept yet" in shown
    assert "<form" not in shown.split("<main")[1].split("</main>")[0]

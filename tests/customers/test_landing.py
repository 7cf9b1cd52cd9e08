"""The page behind an invitation's link: says who invites, changes nothing, betrays nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from customers.actions.invitation import resend_invitation
from customers.landing import MOST_MISSES
from customers.links import path_for, token_for
from customers.models import Customer, Invitation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()


def body(response) -> bytes:
    return response.content


def test_a_link_in_force_shows_who_invites_whom(client, customer):
    response = client.get(path_for(customer.vip_id, 1))
    shown = response.content.decode()
    assert response.status_code == 200
    for words in (customer.name, customer.vip_id, "Alice Adams, North", "1 April 2026"):
        assert words in shown
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store"
    assert "<form" not in shown.split("<main")[1], "there is nothing to press"


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(client, customer, method):
    before = list(Customer.objects.values()), list(Invitation.objects.values())
    for _ in range(5):
        getattr(client, method)(path_for(customer.vip_id, 1))
    assert (list(Customer.objects.values()), list(Invitation.objects.values())) == before


def test_nothing_can_be_sent_to_it(client, customer):
    for method in ("post", "put", "delete", "patch"):
        assert getattr(client, method)(path_for(customer.vip_id, 1)).status_code == 405


@pytest.mark.parametrize(
    ("days", "works"), [(0, True), (29, True), (30, True), (31, False), (400, False)]
)
def test_the_link_works_for_its_days_and_not_one_longer(
    client, customer, set_today, pinned_today, days, works
):
    set_today(pinned_today + dt.timedelta(days=days))
    assert (client.get(path_for(customer.vip_id, 1)).status_code == 200) == works


def test_every_link_that_does_not_work_gets_the_identical_answer(
    client, make_customer, set_today, pinned_today, alice
):
    expired, withdrawn, accepted, superseded = (make_customer() for _ in range(4))
    Invitation.objects.filter(customer=expired).update(expires_on=dt.date(2026, 3, 1))
    Customer.objects.filter(pk=withdrawn.pk).update(withdrawn_at=timezone.now())
    Customer.objects.filter(pk=accepted.pk).update(accepted_at=timezone.now())
    resend_invitation(superseded, by=alice, today=pinned_today)
    good = token_for(superseded.vip_id, 2)
    tokens = [token_for(c.vip_id, 1) for c in (expired, withdrawn, accepted, superseded)]
    tokens += [good[:-1], good.swapcase(), good + "A", "x", "%00", "💥", "a" * 5000, "nobody"]
    answers = [client.get(f"/invitations/{token}/") for token in tokens]
    assert {answer.status_code for answer in answers} == {404}
    assert len({body(answer) for answer in answers}) == 1
    assert "This invitation link does not work" in answers[0].content.decode()
    assert {answer["Referrer-Policy"] for answer in answers} == {"no-referrer"}


def test_too_many_misses_from_one_address_close_the_page_for_it(client, customer):
    for n in range(MOST_MISSES):
        client.get(f"/invitations/guess-{n}/")
    throttled = client.get(path_for(customer.vip_id, 1))
    assert throttled.status_code == 404
    assert body(throttled) == body(client.get("/invitations/guess/"))
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.get(path_for(customer.vip_id, 1)).status_code == 200


def test_looking_at_a_good_link_again_and_again_is_no_miss(client, customer):
    for _ in range(MOST_MISSES + 2):
        assert client.get(path_for(customer.vip_id, 1)).status_code == 200


def test_the_secret_is_nowhere_on_the_page(client, customer):
    token = token_for(customer.vip_id, 1)
    assert token not in client.get(f"/invitations/{token}/").content.decode()

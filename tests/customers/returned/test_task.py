"""Invitations that came back: the task on the list and on the details page."""

from __future__ import annotations

import pytest
from django.utils import timezone

from customers.models import Customer
from tests.counting import counted
from tests.customers.returned.invitations import page

pytestmark = pytest.mark.django_db


def test_the_list_says_how_many_came_back(returned, login, alice, ada, charlie, make_customer):
    shown = page(login(alice).get("/customers/"))
    assert "1 invitation came back." in shown
    assert 'href="/customers/returned/"' in shown
    assert "came back" not in page(login(charlie).get("/customers/"))
    # Under the switch it counts the person's own.
    mine = page(login(alice).get("/customers/?mine=1"))
    assert 'href="/customers/returned/?mine=1"' in mine
    assert "came back" not in page(login(ada).get("/customers/?mine=1"))
    make_customer(invitation_bounced_at=timezone.now())
    assert "2 invitations came back." in page(login(alice).get("/customers/"))


def test_the_list_is_silent_when_nothing_came_back(email, login, alice):
    assert "came back" not in page(login(alice).get("/customers/"))


def test_the_task_names_customer_address_time_and_reason(returned, login, alice, bob, charlie):
    shown = page(login(alice).get("/customers/returned/"))
    for words in (returned.name, returned.contact_email, "no such mailbox", "2026"):
        assert words in shown
    base = returned.get_absolute_url()
    for way in ("correction", "resend"):
        assert f'href="{base}invitation/{way}/"' in shown
        assert f'hx-get="{base}invitation/{way}/"' in shown
    # A viewer reads it and can press nothing.
    seen = page(login(bob).get("/customers/returned/"))
    assert returned.name in seen and "invitation/resend" not in seen
    assert returned.name not in page(login(charlie).get("/customers/returned/"))


def test_the_task_can_be_left_to_ones_own(returned, login, ada):
    assert returned.name in page(login(ada).get("/customers/returned/"))
    assert "Nothing came back" in page(login(ada).get("/customers/returned/?mine=1"))


def test_the_task_costs_the_same_for_many(login, alice, make_customer):
    client = login(alice)
    for wanted in (3, 30):
        while Customer.objects.came_back().count() < wanted:
            make_customer(invitation_bounced_at=timezone.now())
        client.get("/customers/returned/")
        with counted(4):
            client.get("/customers/returned/")


def test_the_details_page_has_the_notice_and_both_ways(returned, login, alice, bob):
    base = returned.get_absolute_url()
    shown = page(login(alice).get(base))
    assert f"The invitation did not reach {returned.contact_email}." in shown
    assert "no such mailbox" in shown
    assert f'href="{base}invitation/correction/"' in shown
    seen = page(login(bob).get(base))
    assert "did not reach" in seen and "invitation/correction" not in seen

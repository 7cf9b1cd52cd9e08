"""Removing a VIP admin and handing over, also when two do it at once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections
from django.utils import timezone

from customers.actions import admins, frame
from customers.actions.admins import (
    hand_over,
    invite_admin,
    remove_admin,
)
from customers.admins.memberships import admins_of
from customers.models import Membership
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from tests import personas
from tests.customers.admins import PIA, emails, events, refusal
from tests.personas import day_of


def membership(user, customer):
    return Membership.objects.get(user=user, customer=customer)


def test_a_removed_admin_gets_an_email_and_nothing_else_ends(
    customer, vera, viktor, by_vera, login
):
    browser = login(viktor)
    assert browser.get(customer.get_member_url()).status_code == 200
    remove_admin(membership(viktor, customer), **by_vera)
    assert browser.get(customer.get_member_url()).status_code == 404
    [email] = emails("admin_removed")
    assert (email.to_address, email.context["removed_by"]) == (viktor.email, "Vera Vaher")
    assert events(customer) == [("admin_removed", viktor.email)]
    viktor.refresh_from_db()
    assert viktor.is_active
    ended = membership(viktor, customer)
    assert ended.removed_by == vera
    assert refusal(remove_admin, ended, **by_vera).code == "gone"


def test_the_last_active_admin_stays(customer, vera, viktor, by_vera, pinned_today):
    own = membership(vera, customer)
    assert refusal(remove_admin, own, **by_vera).code == "oneself"
    User.objects.filter(pk=viktor.pk).update(deactivated_at=timezone.now())
    assert refusal(remove_admin, own, **by_vera).code == "last"
    # Whose account is closed counts as none, and can be removed.
    remove_admin(membership(viktor, customer), **by_vera)
    assert [row.user for row in admins_of(customer)] == [vera]
    by_viktor = {"by": viktor, "day": day_of(customer, pinned_today)}
    assert refusal(remove_admin, own, **by_viktor).code == "not_admin"


def test_only_an_admin_of_the_customer_does_any_of_this(customer, vera, olaf, alice, pinned_today):
    for person in (olaf, alice):
        by = {"by": person, "day": day_of(customer, pinned_today)}
        assert refusal(invite_admin, customer, details=PIA, **by).code == "not_admin"
        assert refusal(remove_admin, membership(vera, customer), **by).code == "not_admin"
        to = membership(vera, customer)
        assert refusal(hand_over, customer, to=to, **by).code == "not_admin"


def test_handing_over_ends_ones_own_part(customer, vera, viktor, by_vera, login):
    oskar = personas.make_member(customer, "oskar@customer.example", "Oskar Org")
    hand_over(customer, to=membership(viktor, customer), **by_vera)
    assert [row.user for row in admins_of(customer)] == [viktor, oskar]
    assert login(vera).get(customer.get_member_url()).status_code == 404
    assert [row.to_address for row in emails("admin_left")] == [viktor.email, oskar.email]
    assert emails("admin_left")[0].context["handed_to"] == "Viktor Vask"
    assert events(customer) == [("admin_handed_over", viktor.email)]


def test_one_hands_over_to_an_active_admin_of_the_same_customer(
    customer, vera, viktor, olaf, by_vera
):
    assert refusal(hand_over, customer, to=membership(vera, customer), **by_vera).code == "oneself"
    others = Membership.objects.get(user=olaf)
    assert refusal(hand_over, customer, to=others, **by_vera).code == "gone"
    User.objects.filter(pk=viktor.pk).update(deactivated_at=timezone.now())
    to = membership(viktor, customer)
    assert refusal(hand_over, customer, to=to, **by_vera).code == "closed"
    assert [row.user for row in admins_of(customer)] == [vera]


def removing_each_other(customer, vera, viktor, today):
    """Let two admins remove each other at the same moment; return how many are left."""
    start, refused = threading.Barrier(2), []

    def remove(whom, by):
        try:
            start.wait(10)
            remove_admin(membership(whom, customer), by=by, day=day_of(customer, today))
        except ActionRefused as refusal:
            refused.append(refusal.code)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=remove, args=pair) for pair in ((viktor, vera), (vera, viktor))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return len(admins_of(customer)), refused


@pytest.fixture
def slow_ending(monkeypatch):
    """The moment between looking and writing takes long enough for two to meet in it."""
    end = admins.end

    def end_later(row, *, by):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        end(row, by=by)

    monkeypatch.setattr(admins, "end", end_later)


@pytest.mark.django_db(transaction=True)
def test_two_who_remove_each_other_leave_one(customer, vera, viktor, pinned_today, slow_ending):
    left, refused = removing_each_other(customer, vera, viktor, pinned_today)
    assert (left, refused) == (1, ["not_admin"])


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_who_remove_each_other_leave_nobody(
    customer, vera, viktor, pinned_today, slow_ending, monkeypatch
):
    monkeypatch.setattr(frame, "locked_all", lambda rows, *, day: list(rows))
    left, refused = removing_each_other(customer, vera, viktor, pinned_today)
    assert (left, refused) == (0, [])

"""Who gets an email when: the table of the rules, from the first invitation to the last notice."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from authorizations.actions.cancel import cancel_authorization
from authorizations.night.digest import post_digests
from authorizations.night.run import run_night
from customers.actions.invitation import resend_invitation, withdraw_invitation
from customers.models import Customer
from notifications.models import Email
from tests.customers.forms import PATH, typed
from tests.personas import day_of


@pytest.fixture
def fresh():
    """Return a function that tells which emails went to whom since it was asked last."""
    seen: list[int] = [0]

    def told() -> list[tuple[str, str]]:
        found = Email.objects.filter(pk__gt=seen[0]).order_by("pk")
        emails = [(email.template, email.to_address) for email in found]
        seen[0] = Email.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        return emails

    return told


def test_each_event_writes_to_whom_it_concerns(
    login, alice, north, buy, order, fresh, set_today, pinned_today
):
    contact = "tiina@tahe.example"
    login(alice).post(PATH, typed())
    customer = Customer.objects.get()
    assert fresh() == [("customer_invited", contact)]
    resend_invitation(customer, by=alice, day=day_of(customer, pinned_today))
    assert fresh() == [("customer_invited", contact)]
    cancelled, ordered = buy(customer, "2026-03-02"), buy(customer, "2026-03-02")
    assert fresh() == [("pa_created", contact)] * 2
    cancel_authorization(cancelled, by=alice, day=day_of(cancelled, pinned_today))
    assert fresh() == [("pa_cancelled", contact)]
    order(ordered, on="2026-03-02")
    assert fresh() == [("pa_ordered", contact)]
    # An order is awaited until the licenses are gone: five emails, and never one too many.
    buy(customer, "2026-03-03")
    fresh()
    on_its_day = {
        "2026-03-26": "pa_due_soon",
        "2026-04-02": "pa_due_today",
        "2026-04-03": "pa_overdue",
        "2026-04-25": "pa_suspends_soon",
        "2026-05-03": "pa_suspended",
    }
    day = dt.date(2026, 3, 3)
    while day < dt.date(2026, 5, 10):
        run_night(north, today=set_today(day))
        posted = post_digests(north, day=north.day(day))
        email = on_its_day.get(day.isoformat())
        expected = [(email, contact), ("manager_digest", alice.email)] if email else []
        assert (fresh(), posted) == (expected, len(expected) // 2), day
        day += dt.timedelta(days=1)


def test_one_digest_tells_of_many_customers(make_customer, buy, north, alice, fresh, set_today):
    for _ in range(7):
        buy(make_customer(), "2026-03-02")
    run_night(north, today=set_today("2026-04-01"))
    post_digests(north, day=north.day())
    assert [to for email, to in fresh() if email == "manager_digest"] == [alice.email]


def test_withdrawing_writes_to_nobody(customer, alice, fresh, pinned_today):
    withdraw_invitation(customer, by=alice, day=day_of(customer, pinned_today))
    assert fresh() == []


def test_the_contact_goes_on_getting_the_emails_after_acceptance(customer, buy, fresh):
    """Until a customer has admins of its own, the contact is the one."""
    Customer.objects.filter(pk=customer.pk).update(accepted_at=timezone.now())
    buy(customer, "2026-03-02")
    assert fresh() == [("pa_created", customer.contact_email)]

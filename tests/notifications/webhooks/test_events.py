"""Reports of mail providers: each moves its instant, once, in any order."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from django.db import connection
from django.utils import timezone

from notifications import actions
from notifications.models import Suppression, TrackingEvent
from notifications.sending import sender
from tests.each import each
from tests.notifications import reports
from tests.notifications.webhooks.addresses import MAILGUN, MINUTE, RESEND, instants

pytestmark = pytest.mark.django_db

PERMANENT = {"type": "Permanent", "subType": "General", "message": "A hard bounce message."}


# --- Each event moves its instant


@each(
    ("told", "state"),
    [
        (lambda id: (MAILGUN, reports.mailgun("delivered", id)), "delivered"),
        (lambda id: (MAILGUN, reports.mailgun("opened", id)), "opened"),
        (lambda id: (MAILGUN, reports.mailgun("clicked", id)), "opened"),
        (lambda id: (MAILGUN, reports.mailgun_bounce(id)), "bounced"),
        (lambda id: (MAILGUN, reports.mailgun_bounce(id, severity="temporary")), "sent"),
        (lambda id: (MAILGUN, reports.mailgun("complained", id)), "complained"),
        (lambda id: (MAILGUN, reports.mailgun("unsubscribed", id)), "sent"),
        (lambda id: (MAILGUN, reports.mailgun("rejected", id, reject={"reason": "x"})), "failed"),
        (lambda id: (RESEND, reports.resend("email.sent", id)), "sent"),
        (lambda id: (RESEND, reports.resend("email.delivered", id)), "delivered"),
        (lambda id: (RESEND, reports.resend("email.delivery_delayed", id)), "sent"),
        (lambda id: (RESEND, reports.resend("email.opened", id)), "opened"),
        (lambda id: (RESEND, reports.resend("email.clicked", id, click={"link": "x"})), "opened"),
        (lambda id: (RESEND, reports.resend("email.bounced", id, bounce=PERMANENT)), "bounced"),
        (lambda id: (RESEND, reports.resend("email.complained", id)), "complained"),
        (lambda id: (RESEND, reports.resend("email.failed", id)), "failed"),
        (lambda id: (RESEND, reports.resend("email.suppressed", id)), "blocked"),
        (lambda id: (RESEND, reports.resend("domain.updated", id)), "sent"),
    ],
)
def test_a_report_moves_the_email_to_its_state(told, state, sent, report, delivery_of):
    assert report(*told(sent.provider_id)) == 200
    assert delivery_of(sent) == state


def test_the_instant_is_the_providers(sent, report):
    at = timezone.now() - 7 * MINUTE
    report(MAILGUN, reports.mailgun("delivered", sent.provider_id, at=at))
    assert abs(instants(sent)["delivered_at"] - at) < dt.timedelta(milliseconds=1)


def test_an_instant_in_the_future_is_now(sent, report):
    report(MAILGUN, reports.mailgun("delivered", sent.provider_id, at=timezone.now() + 99 * MINUTE))
    assert instants(sent)["delivered_at"] <= timezone.now()


# --- C09: again, out of order, unknown


def test_c09_a_report_that_comes_five_times_changes_the_email_once(sent, report, delivery_of):
    once = reports.mailgun_bounce(sent.provider_id)
    assert [report(MAILGUN, once) for _ in range(5)] == [200] * 5
    assert delivery_of(sent) == "bounced"
    assert TrackingEvent.objects.count() == Suppression.objects.count() == 1


def test_c09_a_report_signed_anew_for_each_try_changes_the_email_once(sent, report):
    at = timezone.now() - MINUTE
    for number in range(5):
        told = reports.resend(
            "email.delivered",
            sent.provider_id,
            event_id="msg_1",
            at=at,
            signed_at=timezone.now() - number * dt.timedelta(seconds=20),
        )
        assert report(RESEND, told) == 200
    assert instants(sent)["delivered_at"] == at
    assert TrackingEvent.objects.count() == 1


@each("order", list(itertools.permutations(range(3))))
def test_c09_reports_in_any_order_leave_the_same_email(order, sent, report, delivery_of):
    began = timezone.now() - 10 * MINUTE
    told = [
        reports.mailgun("delivered", sent.provider_id, at=began),
        reports.mailgun("opened", sent.provider_id, at=began + MINUTE),
        reports.mailgun("complained", sent.provider_id, at=began + 2 * MINUTE),
    ]
    for number in order:
        assert report(MAILGUN, told[number]) == 200
    found = instants(sent)
    assert delivery_of(sent) == "complained"
    assert [
        round((found[name] - began).total_seconds())
        for name in ("delivered_at", "opened_at", "complained_at")
    ] == [0, 60, 120]


def test_of_two_instants_the_earlier_one_stays(sent, report):
    first = timezone.now() - 10 * MINUTE
    for at in (first + MINUTE, first, first + 2 * MINUTE):
        report(MAILGUN, reports.mailgun("opened", sent.provider_id, at=at))
    assert abs(instants(sent)["opened_at"] - first) < dt.timedelta(milliseconds=1)


def test_c09_a_report_of_an_unknown_email_is_put_aside(sent, report, delivery_of):
    assert report(MAILGUN, reports.mailgun_bounce("<nobody@mail.example>")) == 200
    assert delivery_of(sent) == "sent"
    (aside,) = TrackingEvent.objects.all()
    assert (aside.email, aside.applied_at, aside.reseller) == (None, None, None)


@pytest.mark.django_db(transaction=True)
def test_a_report_that_overtakes_the_sender_waits_for_it(put_email, provider, report, delivery_of):
    email = put_email()

    def reports_at_once(message) -> None:
        name = message.extra_headers["Message-ID"]
        report(MAILGUN, reports.mailgun("delivered", name))
        connection.close()

    provider.answer = reports_at_once
    sender.send_waiting()
    assert delivery_of(email) == "delivered"
    aside = TrackingEvent.objects.get()
    assert (aside.email, aside.reseller) == (email, email.reseller)


def test_reports_of_a_former_sending_leave_the_new_one_alone(
    sent, report, ops, provider, delivery_of
):
    former = sent.provider_id
    report(MAILGUN, reports.mailgun_bounce(former))
    actions.clear_suppression(Suppression.objects.get(), by=ops)
    actions.send_again(sent, by=ops)
    sender.send_waiting()
    assert delivery_of(sent) == "sent"

    report(MAILGUN, reports.mailgun_bounce(former))
    report(MAILGUN, reports.mailgun("complained", former))
    assert delivery_of(sent) == "sent"
    assert instants(sent)["bounced_at"] is None

    sent.refresh_from_db()
    assert sent.provider_id != former
    report(MAILGUN, reports.mailgun("delivered", sent.provider_id))
    assert delivery_of(sent) == "delivered"

"""An invitation that came back and arrived after all, and one that only got an automatic answer."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from customers.models import CustomerEvent
from notifications import actions
from notifications.models import Email, Suppression
from notifications.sending import sender
from tests.customers.returned.invitations import MAILGUN, came_back, page
from tests.notifications import reports, told

pytestmark = pytest.mark.django_db

SOFT = {"reason": "bounce", "delivery-status": {"code": 452, "message": "4.2.2 mailbox full"}}


@pytest.fixture
def tell(client, email):
    """Return a function that lets Mailgun tell something of the invitation, minutes ago."""

    def post(event: str, minutes: int, **more: object) -> None:
        email.refresh_from_db()
        at = timezone.now() - dt.timedelta(minutes=minutes)
        make = reports.mailgun_bounce if event == "failed" else None
        form = (
            make(email.provider_id, at=at, **more)
            if make
            else reports.mailgun(event, email.provider_id, at=at, **more)
        )
        assert client.post(MAILGUN, **form).status_code == 200

    return post


def test_a_mailbox_that_was_full_and_took_it_in_the_end_has_it(tell, customer):
    tell("failed", 9, **SOFT)
    assert came_back(customer)
    tell("delivered", 5)
    assert not came_back(customer)
    kinds = list(CustomerEvent.objects.filter(kind__startswith="invitation_").values_list("kind"))
    assert sorted(kind for (kind,) in kinds if "came" in kind or "arrived" in kind) == [
        "invitation_arrived",
        "invitation_came_back",
    ]


def test_a_server_that_took_it_and_sent_it_back_has_not(tell, customer):
    tell("delivered", 9)
    tell("failed", 5, **SOFT)
    assert came_back(customer)


def test_a_dead_mailbox_stays_dead_whatever_comes_later(tell, customer):
    tell("failed", 9)
    tell("delivered", 5)
    assert came_back(customer)


def test_it_came_back_when_it_first_did_in_whatever_order_that_is_reported(tell, customer):
    tell("failed", 9, **SOFT)
    customer.refresh_from_db()
    first = customer.invitation_bounced_at
    tell("failed", 5)
    customer.refresh_from_db()
    assert customer.invitation_bounced_at == first
    tell("failed", 12)
    customer.refresh_from_db()
    assert customer.invitation_bounced_at <= first


def test_the_worse_reason_is_told_to_the_manager(tell, customer, login, alice):
    tell("failed", 9, **SOFT)
    tell("failed", 5)
    assert "no such mailbox" in page(login(alice).get("/customers/returned/"))


def test_an_email_sent_once_more_that_arrives_settles_it(tell, email, customer, ops):
    tell("failed", 9)
    actions.clear_suppression(Suppression.objects.get(), by=ops)
    actions.send_again(email, by=ops)
    sender.send_waiting()
    assert came_back(customer)
    tell("delivered", 0)
    assert not came_back(customer)


def test_an_out_of_office_answer_by_ses_is_no_return(customer, email, client, settings):
    settings.MAIL_WEBHOOKS = ["amazon_ses"]
    settings.ANYMAIL = {"WEBHOOK_SECRET": told.SECRET}
    email.refresh_from_db()
    delivery = {"notificationType": "Delivery", "delivery": {"recipients": [told.VERA]}}
    for report in (delivery, told.bounce("Transient", "General")):
        outer = told.amazon_ses(email.provider_id, **report)
        form = told.posted(outer, form="text/plain")
        form["headers"] |= {
            "x-amz-sns-message-type": "Notification",
            "x-amz-sns-message-id": outer["MessageId"],
        }
        assert client.post("/anymail/amazon_ses/tracking/", **form).status_code == 200
    assert Email.objects.with_delivery().get(pk=email.pk).delivery == "delivered"
    assert not came_back(customer)


def test_the_providers_own_list_is_shown_with_what_clears_it(
    tell, customer, email, login, alice, ops, settings, pinned_today
):
    tell("failed", 9, reason="suppress-bounce")
    details = page(login(alice).get(customer.get_absolute_url()))
    assert "Blocked by the mail provider" in details
    assert "Ops remove it from that list at the provider" in details
    settings.MAIL_PROVIDER = "mailbox"
    shown = page(login(ops).get(f"/mailbox/{email.pk}/"))
    assert "Blocked by the mail provider" in shown and "clear it here" in shown
    assert "Blocked by the mail provider" in page(login(ops).get("/mailbox/"))

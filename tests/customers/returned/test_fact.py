"""Invitations that came back: what makes one, and what settles it."""

from __future__ import annotations

import pytest

from customers.actions.correct import correct_customer
from customers.actions.invitation import resend_invitation, withdraw_invitation
from customers.models import CustomerEvent, Invitation
from notifications import outbox
from notifications.actions import clear_suppression
from notifications.models import Email, Suppression
from notifications.sending import sender
from reseller_console.lib.refusals import ActionRefused
from tests.customers.returned.invitations import MAILGUN, came_back, invite, page
from tests.notifications import reports
from tests.personas import day_of

pytestmark = pytest.mark.django_db


def test_a_bounce_is_written_on_the_customer_once(returned, email, bounce):
    assert came_back(returned)
    since = returned.invitation_bounced_at
    bounce(email)
    returned.refresh_from_db()
    assert returned.invitation_bounced_at <= since
    (event,) = CustomerEvent.objects.filter(kind="invitation_came_back")
    assert event.by is None
    assert event.details["email"] == returned.contact_email
    assert "no such mailbox" in event.details["why"]


def test_a_complaint_counts_too(email, client, customer):
    email.refresh_from_db()
    client.post(MAILGUN, **reports.mailgun("complained", email.provider_id))
    assert came_back(customer)


def test_so_does_an_email_the_provider_refuses_at_once(customer, alice, pinned_today, provider):
    def refuse(message) -> None:
        raise ValueError("Bad address")

    provider.answer = refuse
    email = invite(customer, alice, pinned_today)
    assert came_back(customer)
    email.refresh_from_db()
    assert email.return_reason == "refused"


def test_so_does_an_email_that_was_skipped_for_its_address(
    returned, make_customer, alice, pinned_today
):
    # Another organization with the same contact, invited while the address is suppressed.
    other = make_customer(contact_email=returned.contact_email)
    link = Invitation.objects.in_force().get(customer=other)
    link.email = outbox.post(
        template="customer_invited",
        key="another",
        to_address=other.contact_email,
        context={},
        about=other.vip_id,
        reseller=other.reseller,
    )
    link.save()
    Email.objects.filter(pk=link.email_id).update(subject="x", text="x", html="x")
    sender.send_waiting()
    assert came_back(other)


@pytest.mark.parametrize("event", ["delivered", "opened", "unsubscribed"])
def test_nothing_else_does(event, email, client, customer):
    email.refresh_from_db()
    client.post(MAILGUN, **reports.mailgun(event, email.provider_id))
    assert not came_back(customer)


def test_another_email_that_comes_back_is_no_invitation(customer, client):
    email = outbox.post(
        template="account_unknown",
        key="x",
        to_address=customer.contact_email,
        context={},
        about=customer.vip_id,
        reseller=customer.reseller,
    )
    sender.send_waiting()
    email.refresh_from_db()
    client.post(MAILGUN, **reports.mailgun_bounce(email.provider_id))
    assert not came_back(customer)


def test_the_bounce_of_a_link_that_was_replaced_changes_nothing(
    email, bounce, customer, alice, pinned_today
):
    invite(customer, alice, pinned_today)
    bounce(email)
    assert not came_back(customer)


def test_withdrawing_settles_it(returned, alice, pinned_today):
    withdraw_invitation(returned, by=alice, day=day_of(returned, pinned_today))
    assert not came_back(returned)


def test_correcting_the_address_settles_it_and_resending_works(returned, ops, alice, pinned_today):
    right = {"contact_email": "veera@customer.example"}
    correct_customer(
        returned, changes=right, reason="Typed wrongly.", by=ops, day=day_of(returned, pinned_today)
    )
    assert not came_back(returned)
    email = invite(returned, alice, pinned_today)
    email.refresh_from_db()
    assert email.to_address == "veera@customer.example"
    assert email.sent_at is not None


def test_correcting_something_else_does_not(returned, ops, pinned_today):
    changes = {"name": "Another name"}
    correct_customer(
        returned, changes=changes, reason="Renamed.", by=ops, day=day_of(returned, pinned_today)
    )
    assert came_back(returned)


def test_resending_settles_it_once_ops_have_cleared_the_address(
    returned, ops, alice, pinned_today, login
):
    with pytest.raises(ActionRefused) as refusal:
        resend_invitation(returned, by=alice, day=day_of(returned, pinned_today))
    assert refusal.value.code == "suppressed"
    assert returned.contact_email in str(refusal.value)
    shown = page(login(alice).get(f"{returned.get_absolute_url()}invitation/resend/"))
    assert "Nothing is sent to" in shown
    assert '<button class="btn btn-primary">' not in shown

    clear_suppression(Suppression.objects.get(), by=ops)
    resend_invitation(returned, by=alice, day=day_of(returned, pinned_today))
    assert not came_back(returned)


def test_a_full_mailbox_can_be_tried_again_at_once(
    email, client, customer, alice, pinned_today, settings
):
    email.refresh_from_db()
    Email.objects.filter(pk=email.pk).update(provider_id="<resend-1>")
    told = {"type": "Transient", "message": "The recipient's inbox was full, a bounce message."}
    settings.MAIL_WEBHOOKS = ["resend"]
    settings.ANYMAIL = {"RESEND_SIGNING_SECRET": reports.RESEND_SECRET}
    answer = client.post(
        "/anymail/resend/tracking/",
        **reports.resend("email.bounced", "<resend-1>", bounce=told),
    )
    assert answer.status_code == 200
    assert came_back(customer)
    resend_invitation(customer, by=alice, day=day_of(customer, pinned_today))
    assert not came_back(customer)

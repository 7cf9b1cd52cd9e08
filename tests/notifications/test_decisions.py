"""What ops decide about emails."""

from __future__ import annotations

import pytest
from django.utils import timezone

from notifications import actions
from notifications.models import Email
from notifications.sending import sender
from notifications.sending.provider import idempotency_key
from reseller_console.lib.refusals import ActionRefused

STATES = {
    "queued": {},
    "sent": {"sent_at": True},
    "delivered": {"sent_at": True, "delivered_at": True},
    "complained": {"sent_at": True, "complained_at": True},
    "bounced": {"sent_at": True, "bounced_at": True},
    "failed": {"failed_at": True},
    "unknown": {"unknown_at": True, "handed_over_at": True},
    "skipped": {"skipped_at": True},
}


@pytest.fixture
def email_in(put_email):
    """Return a function that makes an email in a delivery state."""

    def make(state: str) -> Email:
        email = put_email()
        Email.objects.filter(pk=email.pk).update(**dict.fromkeys(STATES[state], timezone.now()))
        email.refresh_from_db()
        return email

    return make


@pytest.mark.parametrize("state", ["failed", "unknown", "bounced", "skipped"])
def test_what_did_not_arrive_can_be_sent_again(state, email_in, ops, provider, delivery_of):
    email = email_in(state)
    actions.send_again(email, by=ops)
    assert delivery_of(email) == "queued"

    sender.send_waiting()
    assert delivery_of(email) == "sent"
    assert len(provider.taken) == 1


@pytest.mark.parametrize("state", ["queued", "sent", "delivered", "complained"])
def test_what_waits_or_arrived_is_not_sent_again(state, email_in, ops, provider, delivery_of):
    email = email_in(state)
    with pytest.raises(ActionRefused) as refusal:
        actions.send_again(email, by=ops)
    assert refusal.value.code == "state"
    assert delivery_of(email) == state


def test_sending_again_twice_sends_once(email_in, ops):
    email = email_in("failed")
    actions.send_again(email, by=ops)
    with pytest.raises(ActionRefused):
        actions.send_again(email, by=ops)


def test_a_provider_that_knows_keys_sees_a_new_one(email_in, ops):
    email = email_in("unknown")
    again = actions.send_again(email, by=ops)
    assert idempotency_key(again) != idempotency_key(email)


def test_it_is_written_down_who_decided(email_in, ops):
    email = actions.skip(actions.send_again(email_in("failed"), by=ops), by=ops)
    assert [(d["by"], d["what"]) for d in email.decisions] == [
        ("ops@console.example", "sent again"),
        ("ops@console.example", "skipped"),
    ]


def test_a_waiting_email_can_be_skipped(email_in, ops, provider, delivery_of):
    email = email_in("queued")
    actions.skip(email, by=ops)
    sender.send_waiting()

    assert delivery_of(email) == "skipped"
    assert provider.taken == []


@pytest.mark.parametrize("state", ["sent", "failed", "unknown", "skipped", "bounced"])
def test_what_is_decided_is_not_skipped(state, email_in, ops):
    with pytest.raises(ActionRefused):
        actions.skip(email_in(state), by=ops)


def test_an_email_on_its_way_is_not_skipped(email_in, ops):
    email = email_in("queued")
    Email.objects.filter(pk=email.pk).update(handed_over_at=timezone.now())
    with pytest.raises(ActionRefused):
        actions.skip(email, by=ops)

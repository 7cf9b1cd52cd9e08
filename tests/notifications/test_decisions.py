"""What ops decide about letters."""

from __future__ import annotations

import pytest
from django.utils import timezone

from notifications import actions, sender
from notifications.models import Email
from notifications.provider import idempotency_key
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
def letter_in(put_letter):
    """Return a function that makes a letter in a delivery state."""

    def make(state: str) -> Email:
        letter = put_letter()
        Email.objects.filter(pk=letter.pk).update(**dict.fromkeys(STATES[state], timezone.now()))
        letter.refresh_from_db()
        return letter

    return make


@pytest.mark.parametrize("state", ["failed", "unknown", "bounced", "skipped"])
def test_what_did_not_arrive_can_be_sent_again(state, letter_in, ops, provider, delivery_of):
    letter = letter_in(state)
    actions.send_again(letter, by=ops)
    assert delivery_of(letter) == "queued"

    sender.send_waiting()
    assert delivery_of(letter) == "sent"
    assert len(provider.taken) == 1


@pytest.mark.parametrize("state", ["queued", "sent", "delivered", "complained"])
def test_what_waits_or_arrived_is_not_sent_again(state, letter_in, ops, provider, delivery_of):
    letter = letter_in(state)
    with pytest.raises(ActionRefused) as refusal:
        actions.send_again(letter, by=ops)
    assert refusal.value.code == "state"
    assert delivery_of(letter) == state


def test_sending_again_twice_sends_once(letter_in, ops):
    letter = letter_in("failed")
    actions.send_again(letter, by=ops)
    with pytest.raises(ActionRefused):
        actions.send_again(letter, by=ops)


def test_a_provider_that_knows_keys_sees_a_new_one(letter_in, ops):
    letter = letter_in("unknown")
    again = actions.send_again(letter, by=ops)
    assert idempotency_key(again) != idempotency_key(letter)


def test_it_is_written_down_who_decided(letter_in, ops):
    letter = actions.skip(actions.send_again(letter_in("failed"), by=ops), by=ops)
    assert [(d["by"], d["what"]) for d in letter.decisions] == [
        ("ops@console.example", "sent again"),
        ("ops@console.example", "skipped"),
    ]


def test_a_waiting_letter_can_be_skipped(letter_in, ops, provider, delivery_of):
    letter = letter_in("queued")
    actions.skip(letter, by=ops)
    sender.send_waiting()

    assert delivery_of(letter) == "skipped"
    assert provider.taken == []


@pytest.mark.parametrize("state", ["sent", "failed", "unknown", "skipped", "bounced"])
def test_what_is_decided_is_not_skipped(state, letter_in, ops):
    with pytest.raises(ActionRefused):
        actions.skip(letter_in(state), by=ops)


def test_a_letter_on_its_way_is_not_skipped(letter_in, ops):
    letter = letter_in("queued")
    Email.objects.filter(pk=letter.pk).update(handed_over_at=timezone.now())
    with pytest.raises(ActionRefused):
        actions.skip(letter, by=ops)

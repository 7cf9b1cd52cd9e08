"""Sending what waits: what becomes of an email by what the provider answers."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from notifications import secret_links
from notifications.models import Email
from notifications.sending import claims, sender
from tests.notifications import facts
from tests.notifications.fake_provider import FakeProvider
from tests.notifications.test_outcomes import http

MINUTE = dt.timedelta(minutes=1)


def raising(error: Exception):
    def answer(message) -> None:
        raise error

    return answer


def accepts_then(error: Exception):
    """Answer with an error although the email was taken."""

    def answer(message) -> None:
        FakeProvider.take(FakeProvider(alias="default"), message)
        raise error

    return answer


def test_an_email_is_sent_once_and_its_words_are_kept(put_email, provider, delivery_of):
    email = put_email(context=facts.CREATED | {"link": ""})
    sender.send_waiting()
    sender.send_waiting()

    email.refresh_from_db()
    assert delivery_of(email) == "sent"
    assert email.attempts == 1
    assert email.subject == "Õpi & Co: products added, PA-0123ABCD"
    assert email.text == provider.taken[0].body
    assert email.html == provider.taken[0].alternatives[0].content
    assert email.provider_id == provider.taken[0].extra_headers["Message-ID"]
    assert len(provider.taken) == 1


def test_the_message_says_who_to_whom_and_where_answers_go(put_email, provider):
    put_email(to_name='Vera "V", Vaher', to_address="vera@customer.example")
    sender.send_waiting()

    message = provider.taken[0]
    headers = message.message()
    assert headers["To"].addresses[0].display_name == 'Vera "V", Vaher'
    assert headers["To"].addresses[0].addr_spec == "vera@customer.example"
    assert headers["Reply-To"] == "alice@north.example"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert message.track_clicks is False


@pytest.mark.parametrize(
    "name", ["Vera\nBcc: all@victim.example", "=?utf-8?q?x?=", "Вера Ваһер", "a" * 100, ""]
)
def test_a_name_stays_a_name_in_the_header(put_email, provider, name):
    put_email(to_name=name, to_address="vera@customer.example")
    sender.send_waiting()

    assert provider.taken[0].recipients() == provider.taken[0].to
    assert len(provider.taken[0].message()["To"].addresses) == 1
    assert "Bcc" not in provider.taken[0].message()


def test_an_address_no_mail_can_go_to_is_a_failure(put_email, provider, delivery_of):
    email = put_email(to_address="vera@customer.example, everybody@victim.example")
    sender.send_waiting()

    assert delivery_of(email) == "failed"
    assert provider.taken == []


def test_an_email_waits_for_its_hour(put_email, provider, delivery_of):
    email = put_email(not_before=timezone.now() + MINUTE)
    sender.send_waiting()
    assert delivery_of(email) == "queued"


def test_a_refused_email_has_failed(put_email, provider, delivery_of):
    email = put_email()
    provider.answer = raising(http(422))
    sender.send_waiting()

    email.refresh_from_db()
    assert delivery_of(email) == "failed"
    assert "422" in email.last_error


def test_an_email_that_cannot_be_written_has_failed_and_others_go(put_email, provider, delivery_of):
    broken, whole = put_email(context={}), put_email()
    sender.send_waiting()

    assert (delivery_of(broken), delivery_of(whole)) == ("failed", "sent")
    broken.refresh_from_db()
    assert "no fact" in broken.last_error


def test_an_email_whose_link_is_dead_is_skipped(put_email, provider, delivery_of, monkeypatch):
    def gone() -> str:
        raise secret_links.SecretLinkGone("The link was replaced.")

    monkeypatch.setitem(secret_links._MAKERS, "gone", gone)
    context = {"link": {"secret_link": {"purpose": "gone"}}}
    email = put_email("account_password_reset", context=context)
    sender.send_waiting()

    assert delivery_of(email) == "skipped"
    assert provider.taken == []


def test_a_busy_provider_is_asked_again_later(put_email, provider, delivery_of, make_due):
    email = put_email()
    provider.answer = raising(http(503))
    sender.send_waiting()

    email.refresh_from_db()
    assert delivery_of(email) == "queued"
    assert email.handed_over_at is None
    assert email.lease is None
    assert 20 < (email.not_before_at - timezone.now()).total_seconds() <= 30

    provider.answer = None
    sender.send_waiting()
    assert delivery_of(email) == "queued"
    make_due()
    sender.send_waiting()
    assert delivery_of(email) == "sent"
    assert len(provider.taken) == 1


def test_retry_after_is_obeyed_and_other_tenants_are_not_held_up(
    put_email, provider, south, delivery_of
):
    slow = put_email()
    fast = put_email(reseller=south, to_address="carl@south-customer.example")

    def answer(message) -> None:
        if "south" not in message.to[0]:
            raise http(429, **{"Retry-After": "900"})

    provider.answer = answer
    sender.send_waiting()

    slow.refresh_from_db()
    assert (delivery_of(slow), delivery_of(fast)) == ("queued", "sent")
    assert 880 < (slow.not_before_at - timezone.now()).total_seconds() <= 900


def test_an_email_nobody_takes_fails_in_the_end(put_email, provider, delivery_of):
    email = put_email()
    Email.objects.update(attempts=claims.GIVE_UP_AFTER_ATTEMPTS - 1)
    provider.answer = raising(http(429))
    sender.send_waiting()
    assert delivery_of(email) == "failed"


def test_the_providers_own_trouble_never_fails_an_email(put_email, provider, delivery_of):
    email = put_email()
    Email.objects.update(attempts=claims.GIVE_UP_AFTER_ATTEMPTS + 100)
    provider.answer = raising(http(503))
    sender.send_waiting()
    assert delivery_of(email) == "queued"


def test_a_provider_in_trouble_is_left_alone(put_email, provider, settings):
    settings.MAIL_PARALLEL = 2
    for _ in range(30):
        put_email()
    tries = []

    def answer(message) -> None:
        tries.append(1)
        raise http(503)

    provider.answer = answer
    assert sender.send_waiting() is False

    assert sender.TROUBLES_IN_A_ROW <= len(tries) <= sender.TROUBLES_IN_A_ROW + 2
    assert Email.objects.filter(attempts=0, leased_until_at=None).count() == 30 - len(tries)


def test_silence_after_the_email_left_is_unknown_at_once(
    put_email, provider, delivery_of, make_due
):
    email = put_email()
    provider.answer = accepts_then(TimeoutError("no answer"))
    sender.send_waiting()
    assert delivery_of(email) == "unknown"

    make_due()
    sender.send_waiting()
    assert len(provider.taken) == 1


def test_silence_of_a_provider_with_keys_is_asked_again_with_the_same_key(
    put_email, remembering_provider, delivery_of, make_due
):
    email = put_email()
    remembering_provider.answer = accepts_then(TimeoutError("no answer"))
    sender.send_waiting()
    assert delivery_of(email) == "queued"

    remembering_provider.answer = None
    FakeProvider.taken[0].seen_before = True
    make_due()
    sender.send_waiting()
    assert delivery_of(email) == "sent"
    assert len({m.idempotency_key for m in FakeProvider.taken}) == 1

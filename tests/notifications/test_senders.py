"""Several senders: one that dies, one that is late, tenants beside each other, one pace."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone

from notifications import rendering
from notifications.models import Email
from notifications.sending import claims, sender
from notifications.sending.outcomes import Kind, Outcome
from tests import personas
from tests.counting import counted
from tests.each import each


def in_threads(number: int, act) -> None:
    together = threading.Barrier(number)

    def run() -> None:
        try:
            together.wait(10)
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_sender_that_died_before_the_hand_over_loses_and_doubles_nothing(
    put_email, provider, delivery_of, make_due
):
    email = put_email()
    assert claims.claim(limit=10, remembers=dt.timedelta(0)) == [email]
    sender.send_waiting()
    assert provider.taken == []

    make_due()
    sender.send_waiting()
    assert delivery_of(email) == "sent"
    assert len(provider.taken) == 1


def died_after_hand_over(email: Email) -> None:
    (claimed,) = claims.claim(limit=10, remembers=dt.timedelta(0))
    assert claims.begin_hand_over(claimed, rendering.write(claimed))


def test_a_sender_that_died_after_the_hand_over_leaves_it_unknown(
    put_email, provider, delivery_of, make_due
):
    email = put_email()
    died_after_hand_over(email)
    sender.send_waiting()
    assert delivery_of(email) == "queued"

    make_due()
    sender.send_waiting()
    assert delivery_of(email) == "unknown"
    assert provider.taken == []


def test_a_provider_with_keys_gets_it_again_after_the_sender_died(
    put_email, remembering_provider, delivery_of, make_due
):
    email = put_email()
    died_after_hand_over(email)
    make_due()
    sender.send_waiting()
    assert delivery_of(email) == "sent"


def test_a_provider_that_has_forgotten_the_key_does_not_get_it_again(
    put_email, remembering_provider, delivery_of, make_due
):
    email = put_email()
    died_after_hand_over(email)
    make_due()
    Email.objects.update(handed_over_at=timezone.now() - dt.timedelta(hours=24))
    sender.send_waiting()
    assert delivery_of(email) == "unknown"


@each(
    ("handed_over", "remembers", "again"),
    [
        (None, 0, True),
        (dt.timedelta(0), 0, False),
        (dt.timedelta(hours=1), 0, False),
        (dt.timedelta(hours=1), 23, True),
        (dt.timedelta(hours=24), 23, False),
    ],
)
def test_what_a_provider_may_have_already_is_claimed_only_while_it_knows_it_again(
    put_email, make_due, handed_over, remembers, again
):
    """By the claim itself: nobody may have been there yet to give it up as unknown."""
    email = put_email()
    died_after_hand_over(email)
    make_due()
    at = None if handed_over is None else timezone.now() - handed_over
    Email.objects.update(handed_over_at=at)
    claimed = claims.claim(limit=10, remembers=dt.timedelta(hours=remembers))
    assert claimed == ([email] if again else [])


def test_a_late_answer_settles_what_was_given_up(put_email, delivery_of, make_due):
    email = put_email()
    (claimed,) = claims.claim(limit=10, remembers=dt.timedelta(0))
    claims.begin_hand_over(claimed, rendering.write(claimed))
    make_due()
    claims.doubt_abandoned(remembers=dt.timedelta(0))
    assert delivery_of(email) == "unknown"

    assert claims.settle(claimed, Outcome(Kind.SENT, provider_id="x"), remembers=dt.timedelta(0))
    assert delivery_of(email) == "sent"


def test_a_lost_claim_is_not_handed_over(put_email, make_due):
    put_email()
    (claimed,) = claims.claim(limit=10, remembers=dt.timedelta(0))
    make_due()
    assert not claims.begin_hand_over(claimed, rendering.write(claimed))


def test_a_thousand_emails_of_one_tenant_do_not_starve_another(put_email, south):
    for _ in range(30):
        put_email()
    late = put_email(reseller=south)
    nobodys = put_email(reseller=None)

    first = claims.claim(limit=4, remembers=dt.timedelta(0))
    assert {late.pk, nobodys.pk} < {email.pk for email in first}
    assert len(first) == 4


def test_a_tenants_emails_go_oldest_first(put_email):
    emails_put = [put_email() for _ in range(5)]
    first = claims.claim(limit=3, remembers=dt.timedelta(0))
    assert first == emails_put[:3]


def test_the_pace_is_kept(put_email, provider, settings):
    settings.MAIL_PER_SECOND = 20
    for _ in range(4):
        put_email()
    began = timezone.now()
    sender.send_waiting()

    assert len(provider.taken) == 4
    assert (timezone.now() - began).total_seconds() >= 0.2


def test_time_runs_out_and_the_rest_is_given_back(put_email, provider, settings):
    settings.MAIL_PARALLEL = 1
    provider.seconds = 0.1
    for _ in range(5):
        put_email()

    assert sender.send_waiting(seconds=0.15) is True
    sent = len(provider.taken)
    assert 1 <= sent < 5
    assert Email.objects.undecided().filter(attempts=0, lease=None).count() == 5 - sent


def test_a_record_of_an_error_does_not_hold_the_secret(put_email, provider):
    email = put_email("customer_invited")

    def answer(message) -> None:
        raise RuntimeError("I did not like: " + message.body)

    provider.answer = answer
    sender.send_waiting()

    email.refresh_from_db()
    assert "did not like" in email.last_error
    assert "/invitations/" not in email.last_error


@pytest.mark.django_db(transaction=True)
def test_five_senders_send_each_email_once(put_email, provider):
    provider.seconds = 0.01
    for _ in range(60):
        put_email()
    in_threads(5, sender.send_waiting)

    counts = Counter(message.to[0] for message in provider.taken)
    assert len(counts) == 60
    assert set(counts.values()) == {1}


def send_while_another_is_sending(provider) -> None:
    """Run a sender, and a second one while the first one's emails are on their way."""
    on_its_way = threading.Event()

    def answer(message) -> None:
        on_its_way.set()
        time.sleep(0.2)

    def first() -> None:
        sender.send_waiting(seconds=0.5)

    def second() -> None:
        on_its_way.wait(10)
        sender.send_waiting(seconds=0.5)

    provider.answer = answer
    turns = iter([first, second])
    in_threads(2, lambda: next(turns)())


@pytest.mark.django_db(transaction=True)
def test_a_second_sender_does_not_take_what_the_first_one_has(put_email, provider):
    for _ in range(4):
        put_email()
    send_while_another_is_sending(provider)
    assert len(provider.taken) == 4


@pytest.mark.django_db(transaction=True)
def test_without_the_claim_a_second_sender_sends_doubles(put_email, provider, monkeypatch):
    """The twin of the test above: it shows that the guard is what prevents doubles."""
    monkeypatch.setattr(claims, "_UNLEASED", "true")
    monkeypatch.setattr(claims, "_LOCK", "")
    monkeypatch.setattr(claims, "begin_hand_over", lambda email, rendered: True)
    for _ in range(4):
        put_email()
    send_while_another_is_sending(provider)
    assert len(provider.taken) > 4


@pytest.mark.django_db(transaction=True)
def test_five_senders_keep_one_pace(put_email, provider, settings):
    settings.MAIL_PER_SECOND = 20
    for _ in range(6):
        put_email()
    began = timezone.now()
    in_threads(5, sender.send_waiting)

    assert len(provider.taken) == 6
    assert (timezone.now() - began).total_seconds() >= 0.3


def test_many_tenants_cost_no_more_statements(put_email, program):
    for number in range(20):
        put_email(reseller=personas.make_reseller(f"R{number}", program=program))
    # The transaction's two, the lock, the claim, the emails.
    with counted(5):
        assert len(claims.claim(limit=64, remembers=dt.timedelta(0))) == 20

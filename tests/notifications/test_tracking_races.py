"""A report and the sender of its email, each not seeing yet what the other is about to write."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest
from anymail.signals import AnymailTrackingEvent, EventType
from django.db import connection, transaction
from django.utils import timezone

from notifications.models import Email, TrackingEvent
from notifications.sending import claims
from notifications.sending.outcomes import Kind, Outcome
from notifications.tracking import reports as tracking

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "<email@mail.example>"


def event(kind: str = EventType.DELIVERED, event_id: str = "1") -> AnymailTrackingEvent:
    return AnymailTrackingEvent(
        event_type=kind,
        event_id=event_id,
        message_id=NAME,
        timestamp=timezone.now(),
        esp_event={},
    )


def in_threads(*acts) -> None:
    def run(act) -> None:
        try:
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def meet(put_email) -> Email:
    """Let the report be written, and before that is committed the sender settle the email."""
    posted = put_email()
    (email,) = claims.claim(limit=1, remembers=dt.timedelta(0))
    written = threading.Event()

    def report() -> None:
        with transaction.atomic():
            tracking.take("mailgun", event())
            written.set()
            time.sleep(0.4)

    def settle() -> None:
        written.wait(5)
        sent = Outcome(Kind.SENT, provider_id=NAME)
        assert claims.settle(email, sent, remembers=dt.timedelta(0))

    in_threads(report, settle)
    posted.refresh_from_db()
    return posted


def test_a_report_and_its_sender_do_not_miss_each_other(put_email):
    posted = meet(put_email)
    assert posted.sent_at is not None
    assert posted.delivered_at is not None
    assert TrackingEvent.objects.get().email == posted


def test_without_the_lock_they_do(put_email, monkeypatch):
    monkeypatch.setattr(tracking, "_hold", lambda name: None)
    posted = meet(put_email)
    assert posted.sent_at is not None
    assert posted.delivered_at is None


def test_one_report_taken_ten_times_at_once_is_one_report(put_email):
    posted = put_email()
    Email.objects.filter(pk=posted.pk).update(sent_at=timezone.now(), provider_id=NAME)
    news: list[bool] = []
    in_threads(*[lambda: news.append(tracking.take("mailgun", event()))] * 10)
    assert sorted(news) == [False] * 9 + [True]
    assert TrackingEvent.objects.count() == 1

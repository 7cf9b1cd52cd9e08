"""Putting emails into the outbox."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from customers.admins.links import token_for
from notifications import doorbell, outbox
from notifications.models import Email
from notifications.sending import sender
from tests.counting import counted
from tests.notifications import facts


def draft(**changes: object) -> dict[str, object]:
    values = {
        "template": "pa_created",
        "key": "pa_created:1",
        "to_address": "vera@customer.example",
        "context": facts.AUTHORIZATION,
    }
    return values | changes


def test_an_email_is_put_once_for_a_key(db):
    first = outbox.post(**draft())
    second = outbox.post(**draft(to_address="somebody.else@customer.example"))

    assert second.pk == first.pk
    assert second.to_address == "vera@customer.example"
    assert Email.objects.count() == 1


def test_many_emails_come_back_in_the_order_they_were_given(db):
    outbox.post(**draft(key="b"))
    emails = outbox.posted([draft(key=key) for key in "cab"])

    assert [email.key for email in emails] == ["c", "a", "b"]
    assert Email.objects.count() == 3


def test_no_emails_are_no_trouble(db):
    outbox.post_many([])
    assert outbox.posted([]) == []
    assert not Email.objects.exists()


def test_an_email_nobody_wrote_is_refused(db):
    with pytest.raises(LookupError):
        outbox.post(**draft(template="no_such_email"))


def test_dates_in_the_context_become_text(db):
    email = outbox.post(**draft(context={"due_on": dt.date(2026, 4, 1)}))
    assert email.context == {"due_on": "2026-04-01"}


def test_an_email_can_wait_for_its_hour(db):
    morning = timezone.now() + dt.timedelta(hours=5)
    assert outbox.post(**draft(not_before=morning)).not_before_at == morning


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_event_leaves_no_email_and_rings_nobody(monkeypatch):
    rings = []
    monkeypatch.setattr(doorbell, "ring", lambda *_: rings.append(1))

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.post(**draft())
        _ = 1 / 0

    assert not Email.objects.exists()
    assert rings == []


def test_the_bell_rings_after_the_commit(db, monkeypatch, django_capture_on_commit_callbacks):
    rings = []
    monkeypatch.setattr(doorbell, "ring", lambda *_: rings.append(1))

    with django_capture_on_commit_callbacks(execute=True):
        outbox.post(**draft())
        assert rings == []

    assert rings == [1]


def test_no_email_rings_no_bell_and_sends_no_statement(
    db, monkeypatch, django_capture_on_commit_callbacks
):
    rings = []
    monkeypatch.setattr(doorbell, "ring", lambda *_: rings.append(1))
    with counted(0), django_capture_on_commit_callbacks(execute=True):
        outbox.post_many([])
        outbox.post_many(iter(()))
        assert outbox.posted(iter(())) == []
    assert rings == []


@pytest.mark.django_db(transaction=True)
def test_ten_people_who_post_one_key_at_once_make_one_email():
    together = threading.Barrier(10)
    found = []

    def post() -> None:
        try:
            together.wait(10)
            found.append(outbox.post(**draft()).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=post) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 10
    assert len(set(found)) == 1


@pytest.mark.django_db(transaction=True)
def test_no_column_of_a_sent_invitation_holds_its_secret(put_email):
    secret = token_for("0123456789ABCDEF0123", 3)
    email = put_email("customer_invited")
    sender.send_waiting()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT email::text FROM notifications_email email WHERE id = %s", [email.pk]
        )
        row = cursor.fetchone()[0]
    assert "Join now" in row
    assert secret not in row
    assert secret[:16] not in row

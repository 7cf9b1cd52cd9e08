"""Addresses nothing more is sent to."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from notifications import actions, outbox, rendering
from notifications.models import Email, Suppression
from notifications.sending import claims, sender
from notifications.tracking import suppressions
from notifications.tracking.reasons import Reason
from reseller_console.lib.refusals import ActionRefused
from tests.each import each
from tests.notifications import reports

VERA = "vera@customer.example"
MAILGUN = "/anymail/mailgun/tracking/"


@pytest.fixture(autouse=True)
def mailgun(settings):
    """Mailgun reports here."""
    settings.MAIL_WEBHOOKS = ["mailgun", "resend"]
    settings.ANYMAIL = {
        "MAILGUN_WEBHOOK_SIGNING_KEY": reports.MAILGUN_KEY,
        "RESEND_SIGNING_SECRET": reports.RESEND_SECRET,
    }


@pytest.fixture
def bounced(put_email, provider, client):
    """An email to Vera of North that came back for good."""
    posted = put_email(to_address=VERA)
    sender.send_waiting()
    posted.refresh_from_db()
    assert client.post(MAILGUN, **reports.mailgun_bounce(posted.provider_id)).status_code == 200
    posted.refresh_from_db()
    provider.taken.clear()
    return posted


def in_force(reseller, address=VERA) -> bool:
    return suppressions.in_force(reseller, address).exists()


@pytest.mark.django_db
def test_an_address_emails_came_back_from_is_not_mailed_again(
    bounced, put_email, provider, delivery_of, north
):
    assert in_force(north)
    again = put_email(to_address=VERA)
    sender.send_waiting()
    assert provider.taken == []
    assert delivery_of(again) == "skipped"
    again.refresh_from_db()
    assert "suppressed since" in again.last_error and "Mailbox unknown" in again.last_error
    assert again.return_reason == Reason.HARD_BOUNCE


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", ["VERA@customer.example", "Vera@Customer.Example"])
def test_an_address_is_the_same_in_any_case(bounced, spelling, put_email, provider):
    put_email(to_address=spelling)
    put_email(to_address="viktor@customer.example")
    sender.send_waiting()
    assert [message.to for message in provider.taken] == [["Vera Vaher <viktor@customer.example>"]]


@pytest.mark.django_db
def test_what_came_back_from_one_tenant_is_nothing_to_another(bounced, put_email, provider, south):
    put_email(to_address=VERA, reseller=south)
    put_email(to_address=VERA, reseller=None)
    sender.send_waiting()
    assert len(provider.taken) == 2
    assert not in_force(south) and not in_force(None)


@pytest.mark.django_db
def test_emails_about_accounts_have_a_list_of_their_own(put_email, provider, client, north):
    posted = put_email(to_address=VERA, reseller=None)
    sender.send_waiting()
    posted.refresh_from_db()
    for _ in range(2):
        client.post(MAILGUN, **reports.mailgun_bounce(posted.provider_id))
    assert in_force(None) and not in_force(north)
    assert Suppression.objects.get().reseller is None


@pytest.mark.django_db
@each(
    ("path", "told", "reason"),
    [
        (MAILGUN, lambda i: reports.mailgun_bounce(i), "hard-bounce"),
        (MAILGUN, lambda i: reports.mailgun_bounce(i, reason="suppress-bounce"), "suppressed"),
        (MAILGUN, lambda i: reports.mailgun_bounce(i, reason="suppress-complaint"), "suppressed"),
        (MAILGUN, lambda i: reports.mailgun("complained", i), "complaint"),
        (MAILGUN, lambda i: reports.mailgun("unsubscribed", i), "unsubscribed"),
        (MAILGUN, lambda i: reports.mailgun("rejected", i, reject={"reason": "x"}), None),
        (MAILGUN, lambda i: reports.mailgun_bounce(i, severity="temporary"), None),
        (MAILGUN, lambda i: reports.mailgun("delivered", i), None),
        ("resend", {"type": "Permanent", "message": "sent a hard bounce message"}, "hard-bounce"),
        ("resend", {"type": "Transient", "message": "sent a general bounce message"}, None),
        ("resend", {"message": "Resend has suppressed sending to this address"}, "suppressed"),
    ],
)
def test_only_what_speaks_against_the_address_suppresses_it(
    path, told, reason, put_email, provider, client, north
):
    posted = put_email(to_address=VERA)
    sender.send_waiting()
    posted.refresh_from_db()
    if path == "resend":
        path = "/anymail/resend/tracking/"
        posted = reports.resend("email.bounced", posted.provider_id, bounce=told)
    else:
        posted = told(posted.provider_id)
    assert client.post(path, **posted).status_code == 200
    found = Suppression.objects.first()
    assert (found and found.reason) == reason
    assert in_force(north) is bool(reason)


@pytest.mark.django_db
def test_ops_clear_an_address_and_send_again(bounced, put_email, provider, ops, delivery_of, north):
    skipped = put_email(to_address=VERA)
    sender.send_waiting()
    with pytest.raises(ActionRefused) as refusal:
        actions.send_again(skipped, by=ops)
    assert refusal.value.code == "suppressed"

    cleared = actions.clear_suppression(Suppression.objects.get(), by=ops)
    assert cleared.cleared_by == ops.email and cleared.cleared_at is not None
    assert not in_force(north)
    sender.send_waiting()
    assert provider.taken == []

    actions.send_again(skipped, by=ops)
    sender.send_waiting()
    assert delivery_of(skipped) == "sent"
    assert len(provider.taken) == 1
    with pytest.raises(ActionRefused) as refusal:
        actions.clear_suppression(cleared, by=ops)
    assert refusal.value.code == "cleared"


@pytest.mark.django_db
def test_a_late_report_does_not_bring_back_what_ops_have_cleared(bounced, client, ops, north):
    former = timezone.now() - dt.timedelta(minutes=2)
    actions.clear_suppression(Suppression.objects.get(), by=ops)
    client.post(MAILGUN, **reports.mailgun("complained", bounced.provider_id, at=former))
    assert not in_force(north)
    client.post(MAILGUN, **reports.mailgun("unsubscribed", bounced.provider_id))
    assert in_force(north)
    assert Suppression.objects.count() == 2


def claimed(posted: Email) -> Email:
    found = claims.claim(limit=10, remembers=dt.timedelta(0))
    return next(row for row in found if row.pk == posted.pk)


def suppress(email: Email) -> None:
    suppressions.suppress(
        email, reason=Reason.COMPLAINT, words="", at=timezone.now() - dt.timedelta(seconds=1)
    )


@pytest.mark.django_db
def test_an_address_suppressed_after_the_claim_gets_nothing(put_email, provider, delivery_of):
    posted = put_email(to_address=VERA)
    email = claimed(posted)
    suppress(email)
    assert not claims.begin_hand_over(email, rendering.written(email))
    assert claims.skip_suppressed(email) is not None
    assert delivery_of(posted) == "skipped"


@pytest.mark.django_db
def test_a_lost_claim_is_not_taken_for_a_suppressed_address(put_email, provider, delivery_of):
    posted = put_email(to_address=VERA)
    email = claimed(posted)
    Email.objects.filter(pk=posted.pk).update(lease=None, leased_until_at=None)
    assert not claims.begin_hand_over(email, rendering.written(email))
    assert claims.skip_suppressed(email) is None
    assert delivery_of(posted) == "queued"


def race(put_email, north) -> int:
    """Send 30 emails to an address that is suppressed meanwhile; return those sent after it."""
    for _ in range(30):
        put_email(to_address=VERA)
    suppressed_at = []

    def suppress_soon() -> None:
        try:
            while not Email.objects.filter(handed_over_at__isnull=False).exists():
                pass
            suppress(Email.objects.first())
            with connection.cursor() as cursor:
                cursor.execute("SELECT clock_timestamp()")
                suppressed_at.append(cursor.fetchone()[0])
        finally:
            connection.close()

    other = threading.Thread(target=suppress_soon)
    other.start()
    while Email.objects.undecided().exists():
        sender.send_waiting()
    other.join()
    return Email.objects.filter(handed_over_at__gt=suppressed_at[0]).count()


@pytest.mark.django_db(transaction=True)
def test_a_sender_at_work_stops_at_the_moment_an_address_is_suppressed(
    put_email, provider, settings, north
):
    settings.MAIL_PARALLEL = 1
    provider.seconds = 0.02
    assert race(put_email, north) == 0
    assert 1 <= len(provider.taken) < 30


@pytest.mark.django_db(transaction=True)
def test_without_asking_in_the_statement_emails_go_on(
    put_email, provider, settings, north, monkeypatch
):
    settings.MAIL_PARALLEL = 1
    provider.seconds = 0.02
    monkeypatch.setattr(claims.suppressions, "in_force", lambda *_: Suppression.objects.none())
    assert race(put_email, north) > 0
    assert len(provider.taken) == 30


@pytest.mark.django_db
def test_posting_to_a_suppressed_address_is_still_written_down(bounced, north):
    email = outbox.post(
        template="account_unknown", key="k", to_address=VERA, context={}, reseller=north
    )
    assert Email.objects.filter(pk=email.pk).exists()

"""Reports of mail providers, through the addresses they are sent to."""

from __future__ import annotations

import datetime as dt
import itertools
import json

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.utils import timezone
from structlog.testing import capture_logs

from notifications import actions
from notifications.models import Email, Suppression, TrackingEvent
from notifications.sending import sender
from notifications.tracking import reports as tracking
from notifications.tracking import webhooks
from tests.each import each
from tests.notifications import reports

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
MAILGUN, RESEND = "/anymail/mailgun/tracking/", "/anymail/resend/tracking/"
PERMANENT = {"type": "Permanent", "subType": "General", "message": "A hard bounce message."}


@pytest.fixture(autouse=True)
def providers(settings):
    """Mailgun and Resend report here."""
    settings.MAIL_WEBHOOKS = ["mailgun", "resend"]
    settings.ANYMAIL = {
        "MAILGUN_WEBHOOK_SIGNING_KEY": reports.MAILGUN_KEY,
        "RESEND_SIGNING_SECRET": reports.RESEND_SECRET,
    }


@pytest.fixture
def sent(put_email, provider):
    """An email the provider has taken."""
    email = put_email()
    sender.send_waiting()
    email.refresh_from_db()
    return email


@pytest.fixture
def report(client):
    """Return a function that posts a report and returns the status of the answer."""

    def post(path: str, told: dict) -> int:
        return client.post(path, **told).status_code

    return post


def instants(email: Email) -> dict[str, dt.datetime | None]:
    email.refresh_from_db()
    names = ("sent_at", "delivered_at", "opened_at", "bounced_at", "complained_at", "refused_at")
    return {name: getattr(email, name) for name in names}


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
        (lambda id: (RESEND, reports.resend("email.suppressed", id)), "failed"),
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


def test_old_reports_are_forgotten(sent, report):
    report(MAILGUN, reports.mailgun("delivered", sent.provider_id))
    report(MAILGUN, reports.mailgun("opened", sent.provider_id))
    newest = TrackingEvent.objects.latest("pk")
    old = timezone.now() - tracking.KEPT - MINUTE
    TrackingEvent.objects.exclude(pk=newest.pk).update(received_at=old)
    assert tracking.forget() == 1
    assert TrackingEvent.objects.get() == newest


# --- X35: forged, old, odd


@each(
    ("path", "told"),
    [
        (MAILGUN, lambda id: reports.mailgun_bounce(id, key="somebody else's")),
        (RESEND, lambda id: reports.resend("email.bounced", id, secret="whsec_c29tZWJvZHk=")),
        (MAILGUN, lambda id: {"data": "{}", "content_type": "application/json"}),
        (MAILGUN, lambda id: {"data": "no JSON", "content_type": "application/json"}),
        (MAILGUN, lambda id: {"data": '{"signature": null}', "content_type": "application/json"}),
        (MAILGUN, lambda id: {"data": "[1]", "content_type": "application/json"}),
        (RESEND, lambda id: {"data": "{}", "content_type": "application/json"}),
        (
            RESEND,
            lambda id: (
                reports.resend("email.bounced", id)
                | {
                    "headers": {
                        "svix-id": "x",
                        "svix-timestamp": str(timezone.now().timestamp()),
                        "svix-signature": "nonsense",
                    }
                }
            ),
        ),
    ],
)
def test_x35_what_is_not_signed_by_the_provider_is_401_and_logged(
    path, told, sent, report, delivery_of
):
    with capture_logs() as logs:
        assert report(path, told(sent.provider_id)) == 401
    assert delivery_of(sent) == "sent"
    assert TrackingEvent.objects.count() == 0
    (entry,) = logs
    assert (entry["event"], entry["status"]) == ("webhook refused", 401)
    for secret in (reports.MAILGUN_KEY, reports.RESEND_SECRET, "vera@"):
        assert secret not in str(entry)


def test_x35_a_body_changed_after_signing_is_refused(sent, report, delivery_of):
    told = reports.resend("email.delivered", sent.provider_id)
    told["data"] = told["data"].replace("email.delivered", "email.bounced")
    assert report(RESEND, told) == 401
    assert delivery_of(sent) == "sent"


def test_x35_a_signature_is_good_for_one_body_only(sent, report, delivery_of):
    # Mailgun's signature does not cover the body: the token does, once it was seen.
    first = reports.mailgun("delivered", sent.provider_id, token="t" * 50)
    assert report(MAILGUN, first) == 200
    assert report(MAILGUN, reports.mailgun_bounce(sent.provider_id, token="t" * 50)) == 200
    assert delivery_of(sent) == "delivered"


def test_x35_a_copy_is_refused_after_five_minutes(sent, report):
    def told(minutes: int) -> dict:
        signed_at = timezone.now() - minutes * MINUTE
        return reports.mailgun("opened", sent.provider_id, token="t" * 50, signed_at=signed_at)

    assert report(MAILGUN, told(0)) == 200
    assert report(MAILGUN, told(4)) == 200
    assert report(MAILGUN, told(6)) == 401


def test_a_first_delivery_that_comes_late_is_taken(sent, report, delivery_of):
    late = timezone.now() - dt.timedelta(hours=7)
    told = reports.mailgun("delivered", sent.provider_id, at=late, signed_at=late)
    assert report(MAILGUN, told) == 200
    assert delivery_of(sent) == "delivered"


def test_x35_what_no_provider_would_still_deliver_is_refused(sent, report, delivery_of):
    old = timezone.now() - webhooks.LATEST - MINUTE
    assert report(MAILGUN, reports.mailgun("opened", sent.provider_id, signed_at=old)) == 401
    assert report(RESEND, reports.resend("email.opened", sent.provider_id, signed_at=old)) == 401
    assert delivery_of(sent) == "sent"


def test_reports_are_known_again_for_longer_than_they_are_taken():
    assert tracking.KEPT > webhooks.LATEST > webhooks.FRESH


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; b=1"]
)
def test_x35_another_content_type_is_refused(content_type, sent, report):
    told = reports.mailgun("delivered", sent.provider_id) | {"content_type": content_type}
    assert report(MAILGUN, told) == 415


def test_x35_a_huge_body_is_refused_unread(client):
    answer = client.post(MAILGUN, data=b"x" * 3_000_000, content_type="application/json")
    assert answer.status_code == 413


@pytest.mark.parametrize("body", ["[]", "7", '{"type": 1}', '{"data": {}}', '{"type": []}'])
def test_x35_a_signed_report_that_is_none_is_refused(body, client, sent):
    told = reports.resend("email.delivered", sent.provider_id)
    headers = told["headers"] | {
        "svix-signature": reports.Webhook(reports.RESEND_SECRET).sign(
            told["headers"]["svix-id"], timezone.now(), body
        )
    }
    headers["svix-timestamp"] = str(int(timezone.now().timestamp()))
    answer = client.post(RESEND, data=body, content_type="application/json", headers=headers)
    assert answer.status_code in {200, 400}
    assert Email.objects.with_delivery().get(pk=sent.pk).delivery == "sent"


# --- Who may report at all


@pytest.mark.parametrize("provider_name", ["postmark", "sendgrid", "mailgun", "nobody"])
def test_a_provider_that_is_not_configured_has_no_address(provider_name, settings, client):
    settings.MAIL_WEBHOOKS = ["resend"]
    for method in (client.get, client.head, client.post):
        assert method(f"/anymail/{provider_name}/tracking/").status_code == 404


def test_nothing_can_be_delivered_to_us_as_mail(client):
    assert client.post("/anymail/mailgun/inbound/").status_code == 404


def test_a_report_needs_no_form_key_and_leaves_no_cookie(sent):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(MAILGUN, **reports.mailgun("delivered", sent.provider_id))
    assert answer.status_code == 200
    assert not answer.cookies


def test_providers_look_whether_the_address_is_there(client):
    assert client.head(MAILGUN).status_code == 200
    assert client.get(MAILGUN).status_code == 405


def test_a_provider_without_signatures_needs_the_password(settings, client, sent):
    settings.MAIL_WEBHOOKS = ["postmark"]
    settings.ANYMAIL = {"WEBHOOK_SECRET": "postmark:a long password"}
    told = {
        "RecordType": "Delivery",
        "MessageID": sent.provider_id,
        "Recipient": sent.to_address,
        "DeliveredAt": timezone.now().isoformat(),
        "Details": "2.0.0 OK",
    }
    path, form = "/anymail/postmark/tracking/", {"content_type": "application/json"}
    assert client.post(path, data=json.dumps(told), **form).status_code == 401

    good = {"authorization": "Basic cG9zdG1hcms6YSBsb25nIHBhc3N3b3Jk"}
    for _ in range(2):
        answer = client.post(path, data=json.dumps(told), headers=good, **form)
        assert answer.status_code == 200
    assert TrackingEvent.objects.count() == 1
    assert instants(sent)["delivered_at"] is not None


@pytest.mark.parametrize(
    ("provider_name", "anymail"),
    [("resend", {}), ("postmark", {"POSTMARK_SERVER_TOKEN": "x"}), ("sendgrid", {})],
)
def test_an_address_that_verifies_nothing_keeps_the_console_from_starting(
    provider_name, anymail, settings
):
    settings.ANYMAIL = anymail
    with pytest.raises(ImproperlyConfigured, match=f"/anymail/{provider_name}/tracking/"):
        webhooks.refuse_open_doors([provider_name])


def test_a_key_that_is_missing_altogether_does_so_too(settings):
    settings.ANYMAIL = {}
    with pytest.raises(ImproperlyConfigured, match="MAILGUN"):
        webhooks.refuse_open_doors(["mailgun"])
    with pytest.raises(ImproperlyConfigured, match="carrier-pigeon"):
        webhooks.refuse_open_doors(["carrier-pigeon"])


@pytest.mark.parametrize(
    ("provider_name", "anymail"),
    [
        ("resend", {"RESEND_SIGNING_SECRET": reports.RESEND_SECRET}),
        ("resend", {"WEBHOOK_SECRET": "resend:password"}),
        ("mailgun", {"MAILGUN_API_KEY": "key"}),
        ("postmark", {"WEBHOOK_SECRET": "postmark:password"}),
    ],
)
def test_an_address_that_verifies_something_may_open(provider_name, anymail, settings):
    settings.ANYMAIL = anymail
    webhooks.refuse_open_doors([provider_name])

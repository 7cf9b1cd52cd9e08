"""Reports of mail providers that are forged, old or odd."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from structlog.testing import capture_logs

from notifications.models import Email, TrackingEvent
from notifications.tracking import webhooks
from reseller_console.configuration import retention as configuration
from tests.each import each
from tests.notifications import reports
from tests.notifications.webhooks.addresses import MAILGUN, MINUTE, RESEND

pytestmark = pytest.mark.django_db


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
    kept = dt.timedelta(days=configuration.DEFAULTS["provider_reports"][1])
    assert kept > webhooks.LATEST > webhooks.FRESH


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

"""Who may report at all: the addresses of mail providers."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from notifications.models import TrackingEvent
from notifications.tracking import webhooks
from tests.notifications import reports
from tests.notifications.webhooks.addresses import MAILGUN, instants

pytestmark = pytest.mark.django_db


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

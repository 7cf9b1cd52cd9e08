"""X35, X40: reports nobody signed, signed with nothing, nested without end, or full of rubbish."""

from __future__ import annotations

import base64
import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from notifications.models import Suppression, TrackingEvent
from notifications.tracking import webhooks
from tests.each import each
from tests.notifications import reports

pytestmark = pytest.mark.django_db
MAILGUN, RESEND, POSTMARK = (
    f"/anymail/{name}/tracking/" for name in ("mailgun", "resend", "postmark")
)


@pytest.fixture(autouse=True)
def providers(settings):
    """Three providers report here: two sign, one knows a password."""
    settings.MAIL_WEBHOOKS = ["mailgun", "resend", "postmark"]
    settings.ANYMAIL = {
        "MAILGUN_WEBHOOK_SIGNING_KEY": reports.MAILGUN_KEY,
        "RESEND_SIGNING_SECRET": reports.RESEND_SECRET,
    }


def basic(secret: str) -> str:
    return f"Basic {base64.b64encode(secret.encode()).decode()}"


@pytest.mark.parametrize(
    ("provider", "anymail"),
    [
        ("mailgun", {"MAILGUN_WEBHOOK_SIGNING_KEY": ""}),
        ("mailgun", {"MAILGUN_API_KEY": ""}),
        ("mailgun", {"MAILGUN_WEBHOOK_SIGNING_KEY": "  "}),
        ("resend", {"RESEND_SIGNING_SECRET": ""}),
        ("resend", {"RESEND_SIGNING_SECRET": "whsec_"}),
        ("postmark", {"WEBHOOK_SECRET": ""}),
        ("postmark", {"WEBHOOK_SECRET": ":"}),
        ("postmark", {"WEBHOOK_SECRET": "postmark:"}),
        ("mandrill", {"MANDRILL_WEBHOOK_KEY": "", "MANDRILL_API_KEY": "x"}),
        ("sendgrid", {"SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY": ""}),
    ],
)
def test_x35_a_secret_that_is_blank_keeps_the_console_from_starting(provider, anymail, settings):
    settings.ANYMAIL = anymail
    with pytest.raises(ImproperlyConfigured):
        webhooks.refuse_open_doors([provider])


@each(
    "authorization",
    [
        "",
        "Basic",
        "Basic ",
        "Basic =",
        "Basic ====",
        basic(""),
        basic(":"),
        basic("postmark"),
        basic("postmark:wrong"),
        basic("postmark:right "),
        "Bearer postmark:right",
        basic("postmark:right") + ", " + basic("x:y"),
        "Basic " + "\u00ff" * 20,
        "Basic " + "A" * 5000,
    ],
)
def test_x35_no_other_password_reports(authorization, settings, client):
    settings.ANYMAIL = {"WEBHOOK_SECRET": "postmark:right"}
    told = {
        "RecordType": "Bounce",
        "ID": 1,
        "Type": "HardBounce",
        "MessageID": "x",
        "Email": "a@b.example",
    }
    answer = client.post(
        POSTMARK, json.dumps(told), "application/json", headers={"authorization": authorization}
    )
    assert answer.status_code == 401
    assert not TrackingEvent.objects.exists()


NESTED = [
    "[" * 100_000,
    '{"a":' * 100_000,
    '{"signature":' + "[" * 100_000,
    '{"signature":{"token":' * 50_000,
]


@each("path", [MAILGUN, RESEND])
@each("body", NESTED)
def test_x40_nesting_without_end_is_refused(path, body, client):
    client.raise_request_exception = False
    assert client.post(path, body, "application/json").status_code == 401


@pytest.mark.parametrize("body", NESTED, ids=range(len(NESTED)))
def test_x40_nesting_without_end_from_the_provider_itself_is_refused(body, settings, client):
    settings.ANYMAIL = {"WEBHOOK_SECRET": "postmark:right"}
    client.raise_request_exception = False
    headers = {"authorization": basic("postmark:right")}
    assert client.post(POSTMARK, body, "application/json", headers=headers).status_code == 400


@each(
    "changes",
    [
        {"MessageID": "a\x00b"},
        {"MessageID": "\ud800"},
        {"MessageID": ["x"]},
        {"MessageID": {"a": 1}},
        {"MessageID": "x" * 5000},
        {"ID": "\x00"},
        {"ID": "\ud800"},
        {"ID": "9" * 500},
        {"Email": "\x00"},
        {"Email": ["a@b.example"]},
        {"Email": None},
        {"Details": "\x00"},
        {"Details": "\ud800 gone"},
        {"Description": "\x00\x01", "Details": None},
        {"Type": "\x00"},
        {"Type": []},
        {"RecordType": []},
        {"RecordType": "\ud800"},
        {"BouncedAt": "yesterday"},
        {"BouncedAt": "9999-12-31T23:59:59Z"},
        {"BouncedAt": "0001-01-01T00:00:00+14:00"},
        {"BouncedAt": 10**30},
        {"Tag": {"a": [None]}, "Metadata": [1]},
    ],
)
def test_x35_rubbish_in_a_proved_report_is_taken_or_refused(changes, settings, client):
    settings.ANYMAIL = {"WEBHOOK_SECRET": "postmark:right"}
    client.raise_request_exception = False
    told = {
        "RecordType": "Bounce",
        "ID": 1,
        "Type": "HardBounce",
        "TypeCode": 1,
        "MessageID": "x",
        "Email": "a@b.example",
        "BouncedAt": "2026-03-02T10:00:00Z",
        "Details": "gone",
    }
    headers = {"authorization": basic("postmark:right")}
    for body in (told | changes, [told | changes]):
        answer = client.post(POSTMARK, json.dumps(body), "application/json", headers=headers)
        assert answer.status_code in {200, 400}, answer.text
    assert not Suppression.objects.exists(), "the email is nobody's"


def test_x35_headers_sent_twice_prove_nothing(client):
    told = reports.resend("email.bounced", "x")
    headers = {name: f"{value},{value}" for name, value in told["headers"].items()}
    assert client.post(RESEND, **(told | {"headers": headers})).status_code == 401
    stale = told["headers"] | {"svix-signature": "v1,AAAA v1,BBBB " * 500}
    assert client.post(RESEND, **(told | {"headers": stale})).status_code == 401

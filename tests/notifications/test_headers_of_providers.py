"""F1: what providers with an API are told holds no header of anybody's either."""

from __future__ import annotations

import json

import pytest
import requests
from anymail.backends.base_requests import AnymailRequestsBackend
from django.utils.module_loading import import_string

from notifications import rendering
from notifications.sending import provider
from tests.notifications import facts
from tests.notifications.test_headers import HOSTILE, decoded

KEYS = {
    **dict.fromkeys(("POSTMARK_SERVER_TOKEN", "SENDGRID_API_KEY", "BREVO_API_KEY"), "key"),
    **dict.fromkeys(("RESEND_API_KEY", "MAILJET_API_KEY", "MAILJET_SECRET_KEY"), "key"),
    **dict.fromkeys(("MANDRILL_API_KEY", "SPARKPOST_API_KEY", "MAILGUN_API_KEY"), "key"),
    **dict.fromkeys(("MAILERSEND_API_TOKEN", "MAILTRAP_API_TOKEN", "POSTAL_API_KEY"), "key"),
    "UNISENDER_GO_API_KEY": "key",
    "POSTAL_API_URL": "https://postal.example/",
    "UNISENDER_GO_API_URL": "https://unisender.example/",
    "MAILGUN_SENDER_DOMAIN": "console.example",
}
PROVIDERS = [
    *("postmark", "sendgrid", "brevo", "resend", "mailjet", "mandrill", "sparkpost"),
    *("mailgun", "mailersend", "mailtrap", "postal", "unisender_go"),
]
MARKS = ("\n", "\r", "=?")


@pytest.fixture
def sent_by(settings, monkeypatch):
    """Return a function that hands a message to a provider; what goes over the wire."""
    wire: list[object] = []

    def request(self, **parameters: object) -> requests.Response:
        wire.append(parameters)
        raise requests.ConnectionError("kept")

    monkeypatch.setattr(requests.Session, "request", lambda self, *_, **more: request(self, **more))

    def hand_over(name: str, message) -> object:
        wire.clear()
        provider.hand_over(provider.Handover(message))
        return wire[-1] if wire else None

    return hand_over


def strings(value: object) -> list[str]:
    """Return every text in what a provider is told, JSON unpacked."""
    if isinstance(value, dict):
        return [text for item in (*value.keys(), *value.values()) for text in strings(item)]
    if isinstance(value, (list, tuple)):
        return [text for item in value for text in strings(item)]
    if isinstance(value, bytes):
        value = value.decode()
    if isinstance(value, str):
        try:
            inner = json.loads(value)
        except ValueError:
            return [value]
        return strings(inner) if isinstance(inner, (dict, list)) else [value]
    return []


@pytest.mark.django_db
@pytest.mark.parametrize("name", PROVIDERS)
def test_f1_a_provider_is_told_one_subject_and_one_recipient(name, put_email, settings, sent_by):
    settings.ANYMAIL = KEYS | {"IGNORE_UNSUPPORTED_FEATURES": True}
    settings.MAILERS = {"default": {"BACKEND": f"anymail.backends.{name}.EmailBackend"}}
    assert issubclass(import_string(settings.MAILERS["default"]["BACKEND"]), AnymailRequestsBackend)
    for text in HOSTILE:
        row = put_email(to_name=clean(text)[:100], context=filled(clean(text)))
        rendered = rendering.write(row)
        message = provider.message_for(row, rendered)
        told = sent_by(name, message)
        assert told is not None, text
        short = [one for one in strings(told) if one not in (rendered.text, rendered.html)]
        lines = [one for one in short if "<html" not in one and len(one) < 1000]
        # Anymail may encode a name, which holds nothing to decode a second time.
        read = [decoded(one) for one in lines]
        assert not [one for one in read if any(mark in one for mark in MARKS)], text
        assert sum(row.to_address in one for one in lines) >= 1


def clean(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def filled(text: str) -> dict[str, object]:
    return facts.context_of("pa_created") | {"organization": text, "manager_email": text}

"""Two providers that report, and an email they were given."""

from __future__ import annotations

import pytest

from notifications.sending import sender
from tests.notifications import reports


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

"""An invitation that came back."""

from __future__ import annotations

import pytest

from notifications.models import Email
from tests.customers.returned.invitations import MAILGUN, invite
from tests.notifications import reports
from tests.notifications.fake_provider import FakeProvider


@pytest.fixture(autouse=True)
def provider(settings):
    """A provider that takes everything, and Mailgun's reports."""
    FakeProvider.reset()
    settings.MAILERS = {"default": {"BACKEND": f"{FakeProvider.__module__}.FakeProvider"}}
    settings.MAIL_WEBHOOKS = ["mailgun"]
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": reports.MAILGUN_KEY}
    return FakeProvider


@pytest.fixture
def email(customer, alice, pinned_today):
    """The invitation email of a customer, sent."""
    return invite(customer, alice, pinned_today)


@pytest.fixture
def bounce(client):
    """Return a function that lets Mailgun report that an email came back."""

    def report(email: Email, **more: object) -> None:
        email.refresh_from_db()
        told = reports.mailgun_bounce(email.provider_id, **more)
        assert client.post(MAILGUN, **told).status_code == 200

    return report


@pytest.fixture
def returned(email, bounce, customer):
    """A customer whose invitation came back."""
    bounce(email)
    customer.refresh_from_db()
    return customer

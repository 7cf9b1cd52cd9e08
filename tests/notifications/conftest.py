"""An email in the outbox, and somebody who sends it."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from django.utils import timezone

from notifications import outbox
from notifications.models import Email
from tests.notifications import facts
from tests.notifications.fake_provider import FakeProvider

_numbers = itertools.count(1)


@pytest.fixture
def put_email(north):
    """Return a function that puts an email into the outbox of North, or of another reseller."""

    def put(template: str = "pa_created", **changes: object):
        number = next(_numbers)
        draft = {
            "template": template,
            "key": f"email:{number}",
            "to_address": f"vera{number}@customer.example",
            "to_name": "Vera Vaher",
            "context": facts.context_of(template),
            "about": "0123456789ABCDEF0123",
            "reseller": north,
        }
        return outbox.post(**draft | changes)

    return put


@pytest.fixture
def provider(settings):
    """A provider without keys that takes everything."""
    FakeProvider.reset()
    settings.MAILERS = {"default": {"BACKEND": f"{FakeProvider.__module__}.FakeProvider"}}
    return FakeProvider


@pytest.fixture
def remembering_provider(settings):
    """A provider that knows an email again by its key."""
    FakeProvider.reset()
    settings.MAILERS = {"default": {"BACKEND": f"{FakeProvider.__module__}.RememberingProvider"}}
    return FakeProvider


@pytest.fixture
def delivery_of(db):
    """Return a function that tells an email's delivery state."""

    def state(email) -> str:
        return Email.objects.with_delivery().get(pk=email.pk).delivery

    return state


@pytest.fixture
def make_due(db):
    """Return a function that ends all waiting: for the hour and for leases."""

    def due() -> None:
        past = timezone.now() - dt.timedelta(minutes=1)
        Email.objects.filter(not_before_at__gt=past).update(not_before_at=past)
        Email.objects.filter(leased_until_at__isnull=False).update(leased_until_at=past)

    return due

"""The machine on a real database, with nothing ever committed."""

from __future__ import annotations

import logging

import pytest

from notifications.sending import provider
from tests.machine.post_office import MoodyProvider, message_with_its_row


@pytest.fixture
def machine_room(django_db_setup, django_db_blocker, settings, monkeypatch, caplog):
    """A database each example has to itself for a transaction, and a provider with moods."""
    backend = f"{MoodyProvider.__module__}.{MoodyProvider.__qualname__}"
    settings.MAILERS = {"default": {"BACKEND": backend}}
    # One email after the other, so that the same numbers play the same games.
    settings.MAIL_PARALLEL = 1
    # The sender warns of every mood.
    caplog.set_level(logging.ERROR, logger="notifications.sending.sender")
    monkeypatch.setattr(provider, "message_for", message_with_its_row)
    with django_db_blocker.unblock():
        yield

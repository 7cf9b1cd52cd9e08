"""A mail provider with moods, and the book it keeps of what it was given and took."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import requests
from anymail.exceptions import AnymailRecipientsRefused
from django.core.mail.backends.base import BaseEmailBackend

from notifications.sending import provider
from tests.notifications.test_outcomes import http

# How it can answer; those of TAKING put the email on its way whatever they say.
MOODS = ("takes", "busy", "down", "times_out", "refuses", "gives_up")
TAKING = ("takes", "times_out")
_ERRORS: dict[str, Callable[[], Exception]] = {
    "busy": lambda: http(429),
    "down": lambda: http(503),
    "times_out": lambda: requests.exceptions.ReadTimeout("read timed out"),
    "refuses": AnymailRecipientsRefused,
    "gives_up": lambda: http(504),
}


@dataclass
class Book:
    """What the provider got and what it took, by the outbox's row and its sending."""

    knows_keys: bool = False
    moods: list[str] = field(default_factory=list)
    suppressed: set[tuple[int | None, str]] = field(default_factory=set)
    taken: Counter[tuple[int, int]] = field(default_factory=Counter)
    keys: set[str] = field(default_factory=set)
    answers: dict[int, str] = field(default_factory=dict)
    forbidden: list[str] = field(default_factory=list)

    def receive(self, message) -> None:
        """Take an email or not, as the mood is; raises what such an answer raises."""
        mood = self.moods.pop(0) if self.moods else "takes"
        self.answers[message.row] = mood
        tenant, address = message.goes_to
        if (tenant, address.casefold()) in self.suppressed:
            self.forbidden.append(f"{address}: {message.subject}")
        if mood in TAKING and not (self.knows_keys and message.idempotency_key in self.keys):
            self.taken[message.row, message.sending] += 1
            self.keys.add(message.idempotency_key)
        if mood in _ERRORS:
            raise _ERRORS[mood]()


class MoodyProvider(BaseEmailBackend):
    """Hands every email to the book of the day."""

    book: ClassVar[Book] = Book()
    remembers_keys_for: ClassVar[dt.timedelta] = dt.timedelta(0)

    @classmethod
    def open_book(cls, *, knows_keys: bool) -> Book:
        """Begin a new book."""
        cls.book = Book(knows_keys=knows_keys)
        cls.remembers_keys_for = dt.timedelta(hours=23 if knows_keys else 0)
        return cls.book

    def send_messages(self, email_messages) -> int:
        """Receive each email."""
        for message in email_messages:
            self.book.receive(message)
        return len(email_messages)


_message_for = provider.message_for


def message_with_its_row(email, rendered):
    """Return the product's message, with a note of which row of the outbox it is."""
    message = _message_for(email, rendered)
    message.row, message.sending = email.pk, email.sending
    message.goes_to = (email.reseller_id, email.to_address)
    return message


def provider_name(email) -> str:
    """Return what the provider calls an email: it takes over our own name of it."""
    return f"<{provider.idempotency_key(email)[:32]}@127.0.0.1>"

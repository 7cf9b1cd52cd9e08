"""The mail provider of `./console up`: emails stay in the outbox, where ops read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage


class MailboxBackend(BaseEmailBackend):
    """Accept every email; the outbox row that was sent is what the mailbox page shows."""

    # Nothing leaves the house, so that taking an email twice changes nothing.
    remembers_keys_for = dt.timedelta(days=10_000)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Return how many emails were taken: all of them."""
        return len(email_messages)

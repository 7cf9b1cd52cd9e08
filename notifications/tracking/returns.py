"""An email did not reach its recipient: whoever knows what it was about is told here.

Apps above connect to `came_back` and `arrived`; each receiver works in the transaction that
writes the fact down, so that an email never comes back unnoticed.
"""

from __future__ import annotations

import datetime as dt

from django.dispatch import Signal

from notifications.models import Email

# Arguments: `email` the email, with `return_reason` where there is one, and `at`.
came_back = Signal()
# Argument: `email`; it may have been said before that it came back.
arrived = Signal()


def tell(email: Email, *, at: dt.datetime) -> None:
    """Say that `email` came back, or was not sent at all, at an instant."""
    came_back.send(sender=Email, email=email, at=at)


def tell_arrival(email: Email) -> None:
    """Say that `email` has arrived, perhaps after it came back or was sent once more."""
    arrived.send(sender=Email, email=email)

"""The provider Resend, told each email's key: it never delivers one key twice within a day."""

from __future__ import annotations

import datetime as dt

from anymail.backends.resend import EmailBackend as AnymailBackend


class EmailBackend(AnymailBackend):
    """Send the email's key along."""

    # Resend forgets a key after 24 hours; an hour is left for clocks and slow networks.
    remembers_keys_for = dt.timedelta(hours=23)

    def build_message_payload(self, message, defaults):
        """Add the header; a message from elsewhere has no key."""
        payload = super().build_message_payload(message, defaults)
        key = getattr(message, "idempotency_key", None)
        if key:
            payload.headers["Idempotency-Key"] = key
        return payload

"""Where providers report, and how it is looked up."""

from __future__ import annotations

import datetime as dt

from notifications.models import Email

MINUTE = dt.timedelta(minutes=1)
MAILGUN, RESEND = "/anymail/mailgun/tracking/", "/anymail/resend/tracking/"


def instants(email: Email) -> dict[str, dt.datetime | None]:
    email.refresh_from_db()
    names = ("sent_at", "delivered_at", "opened_at", "bounced_at", "complained_at", "refused_at")
    return {name: getattr(email, name) for name in names}

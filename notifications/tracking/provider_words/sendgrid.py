"""SendGrid: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event.

A *blocked* bounce is about the email, a *dropped* one about SendGrid's own lists.
"""

from __future__ import annotations

from collections.abc import Iterator

from notifications.tracking.provider_words.common import (
    HARD,
    LISTED,
    REFUSED,
    SOFT,
    STATUSES,
    Table,
    Told,
    each_means,
    status_in,
)


def words(told: Told) -> Iterator[str]:
    """Yield the event with its class, the mail server's code, then its type."""
    event = str(told["event"])
    if event == "dropped":
        yield f"dropped: {str(told.get('reason') or told.get('type') or '').lower()}"
    elif event == "bounce":
        yield f"bounce: {str(told.get('bounce_classification') or '').lower()}"
        if told.get("type") != "blocked":
            yield from status_in(told.get("status"), told.get("reason"))
        yield f"bounce, {told.get('type')}"


_LISTS = ("bounced address", "unsubscribed address", "spam reporting address")
TABLE: Table = {
    **STATUSES,
    **each_means(LISTED, *(f"dropped: {word}" for word in _LISTS)),
    "dropped: invalid": HARD,
    "bounce: invalid address": HARD,
    **each_means(REFUSED, "bounce: content", "bounce: reputation"),
    "bounce: frequency or volume too high": SOFT,
    **each_means(SOFT, "bounce: mailbox unavailable", "bounce: technical"),
    "bounce: technical failure": SOFT,
    "bounce, bounce": HARD,
    "bounce, blocked": REFUSED,
}

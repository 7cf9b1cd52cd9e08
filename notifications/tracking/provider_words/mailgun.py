"""Mailgun: https://documentation.mailgun.com/docs/mailgun/user-manual/events/events.

*Failed* for good has a reason; those that begin with "suppress-" are Mailgun's own lists.
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
    """Yield the reason of a failure for good, with the mail server's code for a bounce."""
    data = told["event-data"]
    if data["event"] != "failed" or data.get("severity") != "permanent":
        return
    status, reason = data.get("delivery-status") or {}, str(data.get("reason"))
    if reason == "bounce":
        if status.get("bounce-type") == "soft":
            yield "soft"
        yield from status_in(status.get("enhanced-code"), status.get("message"))
        yield from status_in(status.get("description"))
    yield reason


_LISTS = ("suppress-bounce", "suppress-complaint", "suppress-unsubscribe")
TABLE: Table = {
    **STATUSES,
    **each_means(LISTED, *_LISTS),
    **each_means(HARD, "bounce", "hardfail"),
    **each_means(SOFT, "soft", "old", "generic", "greylisted"),
    "espblock": REFUSED,
}

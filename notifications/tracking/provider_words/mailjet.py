"""Mailjet: https://dev.mailjet.com/email/guides/webhooks/, with its table of errors.

`hard_bounce` says that it is for good; `blocked` that Mailjet will not send there again.
"""

from __future__ import annotations

from collections.abc import Iterator

from notifications.tracking.provider_words.common import (
    HARD,
    LISTED,
    REFUSED,
    SOFT,
    Table,
    Told,
    each_means,
)


def words(told: Told) -> Iterator[str]:
    """Yield the event with its error, then what is known of the event without it."""
    event, error = str(told["event"]), str(told.get("error") or "").lower()
    yield f"{event}: {error}"
    if event == "bounce" and told.get("hard_bounce") is True:
        yield "bounce, hard"
    elif event == "bounce" and told.get("blocked") is True:
        yield "bounce, blocked"


_OUR_FAULT = ("sender blocked", "content blocked", "policy issue", "duplicate in campaign")
# Of a blocked email, what was known before; of a bounced one, what was found out.
_NOT_TRIED = ("user unknown", "mailbox inactive", "invalid domain", "no mail host")
_LISTS = ("preblocked", "blacklisted", "spam reporter")
TABLE: Table = {
    **each_means(REFUSED, *(f"bounce: {word}" for word in _OUR_FAULT)),
    **each_means(REFUSED, *(f"blocked: {word}" for word in _OUR_FAULT)),
    **each_means(SOFT, "bounce: quota exceeded", "bounce: connection issue"),
    **each_means(LISTED, *(f"blocked: {word}" for word in (*_NOT_TRIED, *_LISTS))),
    **each_means(LISTED, *(f"bounce: {word}" for word in _LISTS)),
    "bounce, hard": HARD,
    "bounce, blocked": LISTED,
}

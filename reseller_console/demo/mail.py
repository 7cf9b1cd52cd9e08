"""Letters that went out in the past, and what became of each."""

from __future__ import annotations

import datetime as dt

from notifications.delivery import Delivery
from notifications.models import Email
from notifications.outbox import Draft
from reseller_console.demo.books import Books

# How often a letter of the past ended how, out of 100.
_USUAL = (
    (Delivery.DELIVERED, 58),
    (Delivery.OPENED, 28),
    (Delivery.SENT, 10),
    (Delivery.BOUNCED, 2),
    (Delivery.UNKNOWN, 1),
    (Delivery.COMPLAINED, 1),
)
_ERRORS = {
    Delivery.BOUNCED: "550 5.1.1 The recipient's mailbox does not exist.",
    Delivery.FAILED: "The provider does not accept the recipient's address.",
    Delivery.UNKNOWN: "The connection broke before the provider answered.",
    Delivery.COMPLAINED: "",
}
_AFTER_SENDING = {
    Delivery.DELIVERED: ("delivered_at",),
    Delivery.OPENED: ("delivered_at", "opened_at"),
    Delivery.BOUNCED: ("bounced_at",),
    Delivery.COMPLAINED: ("delivered_at", "complained_at"),
}
_WITHOUT_SENDING = {
    Delivery.FAILED: "failed_at",
    Delivery.UNKNOWN: "unknown_at",
    Delivery.SKIPPED: "skipped_at",
}
# A letter that still waits was held back for so long: it is there to be seen for a while.
HELD_BACK = dt.timedelta(days=3)


def usual(books: Books) -> Delivery:
    """Return how a letter usually ends."""
    states, weights = zip(*_USUAL, strict=True)
    return books.rng.choices(states, weights)[0]


def write(books: Books, draft: Draft, *, at: dt.datetime, became: Delivery) -> Email:
    """Put a letter into the books that was queued at an instant and ended as told."""
    email = Email(
        reseller=books.reseller,
        letter=draft["letter"],
        key=draft["key"],
        to_address=draft["to_address"],
        to_name=draft.get("to_name", "")[:100],
        language=draft.get("language", "en"),
        context=draft["context"],
        about=draft.get("about", ""),
        queued_at=at,
        not_before_at=at,
        attempts=1,
        last_error=_ERRORS.get(became, ""),
    )
    _end(email, at, became)
    return books.add(email)


def _end(email: Email, at: dt.datetime, became: Delivery) -> None:
    soon = at + dt.timedelta(seconds=4)
    if became is Delivery.QUEUED:
        email.attempts, email.not_before_at = 0, at + HELD_BACK
        return
    if became in _WITHOUT_SENDING:
        setattr(email, _WITHOUT_SENDING[became], soon)
        return
    email.sent_at = soon
    email.provider_id = f"demo-{email.key}"[:200]
    for number, name in enumerate(_AFTER_SENDING.get(became, ()), start=1):
        setattr(email, name, soon + dt.timedelta(minutes=number**4 * 3))

"""Emails that went out in the past, and what became of each."""

from __future__ import annotations

import datetime as dt

from customers.models import Customer, Invitation
from notifications.delivery import OUTCOMES, Delivery
from notifications.models import Email, Suppression
from notifications.outbox import Draft
from notifications.tracking.reasons import Reason
from reseller_console.demo.books import Books
from reseller_console.lib.addresses import address_key
from reseller_console.tenancy.models import Reseller

# How often an email of the past ended how, out of 100.
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
    Delivery.BLOCKED: "The address is on the provider's suppression list.",
}
_AFTER_SENDING = {
    Delivery.DELIVERED: ("delivered_at",),
    Delivery.OPENED: ("delivered_at", "opened_at"),
    Delivery.BOUNCED: ("bounced_at",),
    Delivery.COMPLAINED: ("delivered_at", "complained_at"),
    Delivery.BLOCKED: ("refused_at",),
}
_WITHOUT_SENDING = {
    Delivery.FAILED: "failed_at",
    Delivery.UNKNOWN: "unknown_at",
    Delivery.SKIPPED: "skipped_at",
}
_REASONS = {
    Delivery.BOUNCED: Reason.HARD_BOUNCE,
    Delivery.COMPLAINED: Reason.COMPLAINT,
    Delivery.BLOCKED: Reason.SUPPRESSED,
    Delivery.FAILED: Reason.REFUSED,
}
# An email that still waits was held back for so long: it is there to be seen for a while.
HELD_BACK = dt.timedelta(days=3)


def usual(books: Books) -> Delivery:
    """Return how an email usually ends."""
    states, weights = zip(*_USUAL, strict=True)
    return books.rng.choices(states, weights)[0]


def write(books: Books, draft: Draft, *, at: dt.datetime, became: Delivery) -> Email:
    """Put an email into the books that was queued at an instant and ended as told."""
    email = Email(
        reseller=books.reseller,
        template=draft["template"],
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
        return_reason=_REASONS.get(became, ""),
    )
    _end(email, at, became, latest=books.calendar.moment)
    return books.add(email)


def read(email: Email, *, at: dt.datetime) -> None:
    """Let an email have arrived after all, and be open: a person follows its link at an instant."""
    for name in (
        *OUTCOMES,
        "delivered_at",
        "opened_at",
        "bounced_at",
        "refused_at",
        "complained_at",
    ):
        setattr(email, name, None)
    email.attempts, email.not_before_at = 1, email.queued_at
    email.last_error = email.return_reason = ""
    _end(email, email.queued_at, Delivery.OPENED, latest=at)


def came_back_at(email: Email) -> dt.datetime | None:
    """Return when an email turned out not to reach its recipient; None when it did."""
    return email.complained_at or email.bounced_at or email.refused_at or email.failed_at


def suppress_contacts(reseller: Reseller) -> None:
    """Send nothing more to contacts whose invitation came back for good."""
    links = Invitation.objects.in_force().filter(
        reseller=reseller, customer__in=Customer.objects.came_back(), email__isnull=False
    )
    links = links.select_related("email").order_by("pk")
    emails = [link.email for link in links if link.email]
    Suppression.objects.bulk_create(
        [
            Suppression(
                reseller=reseller,
                address=email.to_address,
                address_key=address_key(email.to_address),
                reason=email.return_reason,
                words=email.last_error,
                since_at=came_back_at(email) or email.queued_at,
                email=email,
            )
            for email in emails
            if Reason(email.return_reason).suppresses
        ],
        ignore_conflicts=True,
    )


def _end(email: Email, at: dt.datetime, became: Delivery, *, latest: dt.datetime) -> None:
    """Let an email queued at an instant end as told; nothing comes after `latest`."""
    soon = min(at + dt.timedelta(seconds=4), latest)
    if became is Delivery.QUEUED:
        email.attempts, email.not_before_at = 0, at + HELD_BACK
        return
    if became in _WITHOUT_SENDING:
        setattr(email, _WITHOUT_SENDING[became], soon)
        return
    email.sent_at = soon
    email.provider_id = f"demo-{email.key}"[:200]
    for number, name in enumerate(_AFTER_SENDING.get(became, ()), start=1):
        setattr(email, name, min(soon + dt.timedelta(minutes=number**4 * 3), latest))

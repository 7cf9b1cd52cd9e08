"""What the mail provider tells about emails it has taken, written down on the emails.

Events come as often as the provider likes, in any order, and at times before the sender has
written down the provider's name of the email. So an event moves one instant of the email,
and only to an earlier one; an event nobody has an email for waits; and the state is derived
from the instants (`notifications.delivery`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.db import transaction
from django.utils import timezone

from notifications.models import Email, TrackingEvent
from notifications.sending.provider_words import kind_of, reason_in
from notifications.tracking import returns, suppressions
from notifications.tracking.reasons import Reason
from reseller_console.lib import locks

# The instant of the email each kind of event sets; kinds that are not here set none.
RULES: dict[str, str] = {
    EventType.DELIVERED: "delivered_at",
    EventType.OPENED: "opened_at",
    EventType.CLICKED: "opened_at",
    EventType.BOUNCED: "bounced_at",
    EventType.COMPLAINED: "complained_at",
    EventType.REJECTED: "refused_at",
    EventType.FAILED: "refused_at",
}
# What an event says against the email's address, unless the provider knows better.
_REASONS: dict[str, Reason] = {
    EventType.BOUNCED: Reason.HARD_BOUNCE,
    EventType.COMPLAINED: Reason.COMPLAINT,
    EventType.UNSUBSCRIBED: Reason.UNSUBSCRIBED,
    EventType.REJECTED: Reason.REFUSED,
    EventType.FAILED: Reason.REFUSED,
}
# The provider refuses the address because of what happened before.
_REMEMBERED: dict[str | None, Reason] = {
    RejectReason.BLOCKED: Reason.SUPPRESSED,
    RejectReason.SPAM: Reason.SUPPRESSED,
    RejectReason.UNSUBSCRIBED: Reason.UNSUBSCRIBED,
    RejectReason.INVALID: Reason.HARD_BOUNCE,
}
# Providers that get no answer try for a day or two; a copy is known again for longer.
KEPT = dt.timedelta(days=8)
# No email is reported on for longer; calendars of the database and of Python differ at the ends.
OLDEST = dt.timedelta(days=365)


def taken(provider: str, events: list[AnymailTrackingEvent]) -> bool:
    """Return whether each of the events has been taken before."""
    ids = {_event_id(event) for event in events}
    rows = TrackingEvent.objects.filter(provider=provider, event_id__in=ids)
    return bool(ids) and rows.count() == len(ids)


@transaction.atomic
def take(provider: str, event: AnymailTrackingEvent) -> bool:
    """Write an event down and apply it to its email; return False for a copy."""
    name = _name(event.message_id)
    _hold(name)
    now = timezone.now()
    kind = kind_of(provider, event)
    _row, is_new = TrackingEvent.objects.get_or_create(
        provider=provider,
        event_id=_event_id(event),
        defaults={
            "provider_id": name,
            "kind": _text(kind)[:20],
            "reason": _reason(provider, kind, event) or "",
            "words": " ".join(_text(event.mta_response or event.description).split())[:500],
            "happened_at": _instant(event, now),
        },
    )
    if is_new:
        _apply_waiting(name)
    return is_new


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Let an email get the provider's name of it, with the events that came before that.

    The email is written inside, in one transaction with what its events say.
    """
    with transaction.atomic():
        _hold(name)
        yield
        _apply_waiting(name)


def forget(*, older_than: dt.timedelta = KEPT) -> int:
    """Forget events that came longer ago than `older_than`; return how many."""
    oldest = timezone.now() - older_than
    return TrackingEvent.objects.filter(received_at__lt=oldest).delete()[0]


def _hold(name: str) -> None:
    """Make the webhook and the sender of one email go one after the other.

    Without it each could look for what the other has not committed yet.
    """
    locks.wait_for(f"reports of {name}")


def _apply_waiting(name: str) -> None:
    """Apply what waits for the email the provider calls by this name, oldest first."""
    waiting = TrackingEvent.objects.filter(provider_id=name, applied_at__isnull=True)
    events = list(waiting.order_by("happened_at", "pk")) if name else []
    if not events:
        return
    email = Email.objects.select_for_update().filter(provider_id=name).first()
    if email is None:
        return
    for event in events:
        _apply(event, email)
    waiting.update(applied_at=timezone.now(), email=email, reseller=email.reseller_id)


def _apply(event: TrackingEvent, email: Email) -> None:
    """Move the email's instant; the first time it comes back, say so and mind its address."""
    instant = RULES.get(event.kind, "")
    before = getattr(email, instant) if instant else None
    if instant and (before is None or event.happened_at < before):
        setattr(email, instant, event.happened_at)
        email.save(update_fields=[instant])
    if not event.reason or before is not None:
        return
    reason = Reason(event.reason)
    if reason.suppresses:
        suppressions.suppress(email, reason=reason, words=event.words, at=event.happened_at)
    if instant:
        email.return_reason, email.last_error = reason, event.words
        email.save(update_fields=["return_reason", "last_error"])
        returns.tell(email, at=event.happened_at)


def _reason(provider: str, kind: str, event: AnymailTrackingEvent) -> Reason | None:
    """Return what an event says against the email's address; None when it says nothing."""
    reason = _REASONS.get(kind)
    if reason in (None, Reason.COMPLAINT, Reason.UNSUBSCRIBED):
        return reason
    return reason_in(provider, event.esp_event) or _REMEMBERED.get(event.reject_reason, reason)


def _name(message_id: object) -> str:
    """Return the provider's name of an email as the sender writes it down."""
    return _text(message_id)[:200]


def _text(told: object) -> str:
    """Return what a report says as text the database can keep."""
    return str(told or "").encode("utf-8", "replace").decode().replace("\x00", "")


def _instant(event: AnymailTrackingEvent, now: dt.datetime) -> dt.datetime:
    """Return when it happened; now for an instant in the future, or of no email of ours."""
    told = event.timestamp
    return told if told and now - OLDEST < told < now else now


def _event_id(event: AnymailTrackingEvent) -> str:
    """Return what tells an event from others: its id, or a digest where that cannot be kept."""
    own = str(event.event_id or "")
    if own and len(own) <= 100 and own == _text(own):
        return own
    told = own or json.dumps(event.esp_event, sort_keys=True, default=str)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()

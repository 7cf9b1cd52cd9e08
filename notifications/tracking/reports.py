"""What the mail provider tells about emails it has taken, written down on the emails.

Events come as often as the provider likes, in any order, and at times before the sender has
written down the provider's name of the email. So what an event says is joined with what is
there in a way that knows no order: the worst report stands, an arrival at its first instant, a
return at its last. An event nobody has an email for waits; the state is derived from the
instants (`notifications.delivery`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from anymail.signals import AnymailTrackingEvent, EventType
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from notifications.delivery import has_come_back
from notifications.models import Email, TrackingEvent
from notifications.tracking import returns, suppressions
from notifications.tracking.meanings import instant_of, reason_of
from notifications.tracking.reasons import Reason
from reseller_console.lib import locks

log = structlog.get_logger(__name__)

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
    kind, reason = str(event.event_type), reason_of(provider, event)
    if kind == EventType.UNKNOWN and reason is None:
        log.info("unknown event of a mail provider", provider=provider)
    _row, is_new = TrackingEvent.objects.get_or_create(
        provider=provider,
        event_id=_event_id(event),
        defaults={
            "provider_id": name,
            "kind": _text(kind)[:20],
            "reason": reason or "",
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


def older(before: dt.datetime) -> QuerySet[TrackingEvent]:
    """Return the events that came before an instant."""
    return TrackingEvent.objects.filter(received_at__lt=before)


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
    """Join what an event says with what the email knows; tell whoever waits when that changes."""
    before = (has_come_back(email), email.return_reason)
    instant = instant_of(event.kind, event.reason)
    if event.reason:
        _hold_against(email, Reason(event.reason), event, instant=instant)
    elif instant:
        at = getattr(email, instant)
        setattr(email, instant, min(at or event.happened_at, event.happened_at))
    email.save(update_fields=[*_JOINED, "return_reason", "last_error"])
    after = (has_come_back(email), email.return_reason)
    if after[0] and after != before:
        returns.tell(email, at=event.happened_at)
    elif instant and not event.reason and not after[0]:
        returns.tell_arrival(email)


_JOINED = ("delivered_at", "opened_at", "bounced_at", "complained_at", "refused_at")


def _hold_against(email: Email, reason: Reason, event: TrackingEvent, *, instant: str) -> None:
    """Note what an event says against the email, and mind its address."""
    if reason.suppresses:
        suppressions.suppress(email, reason=reason, words=event.words, at=event.happened_at)
    if not instant:
        return
    # What can pass is asked against the arrival: its last instant tells whether it has passed.
    at = getattr(email, instant)
    choose = min if instant == "complained_at" else max
    setattr(email, instant, choose(at or event.happened_at, event.happened_at))
    if reason.is_worse_than(email.return_reason):
        email.return_reason, email.last_error = reason, event.words


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

"""What a provider's report means, of all providers: one table.

Anymail puts a report into common words; whether an address is dead, a mailbox full or an email
of ours unwelcome is in each provider's own words alone, and these stand in
`notifications.tracking.provider_words`. A word that is not there means the mildest thing that
its kind can mean: never that there is no such mailbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

from notifications.tracking.provider_words import PROVIDERS, NothingSaid
from notifications.tracking.reasons import Reason

# What an event of each kind says at least; kinds that are not here say nothing against anybody.
_AT_LEAST: dict[str, Reason] = {
    EventType.BOUNCED: Reason.SOFT_BOUNCE,
    EventType.COMPLAINED: Reason.COMPLAINT,
    EventType.UNSUBSCRIBED: Reason.UNSUBSCRIBED,
    EventType.REJECTED: Reason.REFUSED,
    EventType.FAILED: Reason.REFUSED,
}
# A rejection for what happened before, in anymail's words: the provider keeps a list.
_REMEMBERED = {
    RejectReason.BOUNCED,
    RejectReason.TIMED_OUT,
    RejectReason.SPAM,
    RejectReason.UNSUBSCRIBED,
}
_ARRIVALS: dict[str, str] = {
    EventType.DELIVERED: "delivered_at",
    EventType.OPENED: "opened_at",
    EventType.CLICKED: "opened_at",
}
# The instant of the email that a reason belongs to; somebody can unsubscribe from what arrived.
_INSTANTS: dict[Reason, str] = {
    Reason.TRANSIENT: "bounced_at",
    Reason.SOFT_BOUNCE: "bounced_at",
    Reason.HARD_BOUNCE: "bounced_at",
    Reason.REFUSED: "refused_at",
    Reason.SUPPRESSED: "refused_at",
    Reason.COMPLAINT: "complained_at",
}


def reason_of(provider: str, event: AnymailTrackingEvent) -> Reason | None:
    """Return what a report says against the email or its address; None when it says nothing."""
    kind = str(event.event_type)
    if kind in _ARRIVALS:
        return None
    told = event.esp_event if isinstance(event.esp_event, Mapping) else {}
    said = _in_own_words(provider, told)
    if isinstance(said, NothingSaid):
        return None
    if said is not None:
        return said
    if kind == EventType.REJECTED and event.reject_reason in _REMEMBERED:
        return Reason.SUPPRESSED
    return _AT_LEAST.get(kind)


def instant_of(kind: str, reason: str) -> str:
    """Return the name of the instant that a report moves; "" for one that moves none."""
    return _INSTANTS.get(Reason(reason), "") if reason else _ARRIVALS.get(kind, "")


def _in_own_words(provider: str, told: Mapping[str, Any]) -> Reason | NothingSaid | None:
    """Return what the first known word says; None when the provider uses none we know."""
    if provider not in PROVIDERS:
        return None
    words_of, table = PROVIDERS[provider]
    try:
        return next((table[word] for word in words_of(told) if word in table), None)
    except (AttributeError, KeyError, TypeError):
        # A report of another shape than the documented one.
        return None

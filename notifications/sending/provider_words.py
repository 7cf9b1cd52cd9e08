"""What providers say in words of their own and anymail has no word for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType

from notifications.tracking.reasons import Reason

Told = Mapping[str, Any]

# Kinds of event anymail does not know yet.
_KINDS = {
    ("resend", "email.failed"): EventType.FAILED,
    ("resend", "email.suppressed"): EventType.REJECTED,
}
# Bounce classes of SparkPost that may be over another time.
_SPARKPOST_SOFT = {"20", "21", "22", "23", "24", "40", "70"}


def kind_of(provider: str, event: AnymailTrackingEvent) -> str:
    """Return the kind of event, as anymail's `EventType` names it."""
    if event.event_type == EventType.UNKNOWN and isinstance(event.esp_event, dict):
        return _KINDS.get((provider, str(event.esp_event.get("type"))), EventType.UNKNOWN)
    return str(event.event_type)


def reason_in(provider: str, told: Told) -> Reason | None:
    """Return why an email came back, where the provider says more than that it did.

    `told` is the event in the provider's own words; a word that is missing says nothing.
    """
    says = _SAYS.get(provider)
    try:
        return says(told) if says is not None else None
    except (AttributeError, KeyError, TypeError):
        return None


def _soft(is_soft: bool) -> Reason | None:
    return Reason.SOFT_BOUNCE if is_soft else None


def _mailgun(told: Told) -> Reason | None:
    return Reason.SUPPRESSED if told["event-data"]["reason"].startswith("suppress-") else None


def _resend(told: Told) -> Reason | None:
    if told["type"] == "email.suppressed":
        return Reason.SUPPRESSED
    return _soft(told["data"]["bounce"]["type"] in ("Transient", "Undetermined"))


_SAYS: dict[str, Callable[[Told], Reason | None]] = {
    "mailgun": _mailgun,
    "resend": _resend,
    "postmark": lambda told: _soft(told["Type"] == "SoftBounce"),
    "brevo": lambda told: _soft(told["event"] == "soft_bounce"),
    "sendgrid": lambda told: _soft(told["type"] == "blocked"),
    "amazon_ses": lambda told: _soft(told["bounce"]["bounceType"] != "Permanent"),
    "sparkpost": lambda told: _soft(
        str(told["msys"]["message_event"]["bounce_class"]) in _SPARKPOST_SOFT
    ),
}

"""Why an event may not be recorded."""

from __future__ import annotations

from datetime import date

from tests.year import days as on_day
from tests.year.events import (
    Authorized,
    Cancelled,
    Event,
    Ordered,
    Renewed,
    Returned,
    Withdrawn,
)
from tests.year.facts import Facts
from tests.year.records import anniversary_renewed


def refusal(facts: Facts, event: Event) -> str | None:
    """Return the code of why an event is refused, or None if it may be recorded."""
    match event:
        case Authorized():
            return why_no_authorization(facts, event.on)
        case Cancelled():
            state = on_day.state(facts, facts.authorizations[event.name], event.on)
            return None if state == "pending" else "not_pending"
        case Ordered():
            return why_no_order(facts, event)
        case Renewed():
            return why_no_renewal(facts, event)
        case Returned():
            return why_no_return(facts, event)
        case Withdrawn():
            return why_not_withdrawn(facts, event.on)
    return None


def why_no_authorization(facts: Facts, day: date) -> str | None:
    """Return why no PA can be created on a day."""
    if facts.withdrawn:
        return "withdrawn"
    return "past_due" if on_day.is_past_due(facts, day) else None


def why_no_order(facts: Facts, event: Ordered) -> str | None:
    """Return why an order cannot be recorded; a late or lapsed PA is no reason."""
    covered = [facts.authorizations[name] for name in event.authorizations]
    if any(pa.cancelled for pa in covered):
        return "cancelled"
    if any(pa.order is not None for pa in covered):
        return "ordered_already"
    if event.dated > event.on or any(event.dated < pa.on for pa in covered):
        return "order_date"
    return None


def why_no_renewal(facts: Facts, event: Renewed) -> str | None:
    """Return why a renewal order cannot be recorded; its date decides, not today."""
    if event.dated > event.on:
        return "order_date"
    anniversary = anniversary_renewed(facts, event)
    if anniversary is None:
        return "renewal_window"
    # What was renewed or dropped already is still owned; what was returned is not.
    return None if any(on_day.owned(facts, anniversary).values()) else "nothing_to_renew"


def why_no_return(facts: Facts, event: Returned) -> str | None:
    """Return why licenses of an order cannot be returned."""
    order = facts.orders[event.order]
    if event.on > order.returnable_until:
        return "return_window"
    kept = {(line.authorization, line.product): line.kept for line in order.lines}
    if event.lines is None:
        return "returned_more" if order.all_returned else None
    too_many = any(number > kept.get(key, 0) for key, number in event.lines.items())
    return "returned_more" if too_many else None


def why_not_withdrawn(facts: Facts, day: date) -> str | None:
    """Return why an invitation cannot be withdrawn."""
    if facts.withdrawn:
        return "withdrawn"
    return "has_products" if on_day.has_products(facts, day) else None

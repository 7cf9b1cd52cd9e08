"""What an event adds to the facts."""

from __future__ import annotations

from datetime import date

from tests.year import days as on_day
from tests.year.days import days
from tests.year.events import (
    Authorized,
    Cancelled,
    Event,
    Invited,
    Ordered,
    Renewed,
    Resent,
    Returned,
    Withdrawn,
)
from tests.year.facts import Authorization, Facts, Line, Order, months_end_at


def record(facts: Facts, event: Event) -> None:
    """Write down what an event says; whether it may happen is asked before."""
    match event:
        case Invited():
            facts.invited = True
            if event.custom:
                facts.custom = True
                facts.first_anniversary = event.custom
                facts.original_day = event.custom.day
        case Withdrawn():
            facts.withdrawn = True
        case Resent():
            facts.withdrawn = False
        case Authorized():
            authorize(facts, event)
        case Ordered():
            order(facts, event)
        case Renewed():
            renew(facts, event)
        case Cancelled() | Returned():
            take_back(facts, event)


def set_first_anniversary(facts: Facts, day: date) -> None:
    """Let a purchase of this day set the anniversary date, where there is none."""
    if facts.first_anniversary is None:
        facts.first_anniversary = months_end_at(day.year + 1, day.month, day.day)
        facts.original_day = day.day


def authorize(facts: Facts, event: Authorized) -> None:
    """Write a PA down, with the dates that the terms of its day give it."""
    set_first_anniversary(facts, event.on)
    terms = facts.terms_on(event.on)
    counts_to = facts.anniversary_after(event.on)
    suspends_on = event.on + days(terms.suspended)
    usable_until = counts_to + days(terms.closes)
    facts.authorizations[event.name] = Authorization(
        name=event.name,
        on=event.on,
        lines=event.lines,
        counts_to=counts_to,
        due_on=event.on + days(terms.due),
        suspends_on=suspends_on,
        usable_until=usable_until,
        lapses_on=max(suspends_on, usable_until) + days(1),
    )


def order(facts: Facts, event: Ordered) -> None:
    """Write an order down, with the lines of its PAs and its own."""
    set_first_anniversary(facts, event.dated)
    lines = []
    for name in event.authorizations:
        pa = facts.authorizations[name]
        pa.order = event.name
        for product, licenses in pa.lines.items():
            lines.append(Line(name, product, licenses, pa.on, pa.counts_to, pa.usable_until))
    counts_to = facts.anniversary_after(event.dated)
    usable_until = counts_to + days(facts.terms_on(event.on).closes)
    for product, licenses in event.direct.items():
        lines.append(Line(None, product, licenses, event.dated, counts_to, usable_until))
    facts.orders[event.name] = Order(event.name, event.on, last_return(facts, event), lines)


def renew(facts: Facts, event: Renewed) -> None:
    """Write a renewal order down, and what it drops if it completes the renewal."""
    anniversary = anniversary_renewed(facts, event)
    if anniversary is None:
        raise ValueError(f"{event} is in no renewal window.")
    starts_on = max(anniversary, event.dated)
    counts_to = facts.anniversary_after(anniversary)
    usable_until = counts_to + days(facts.terms_on(event.on).closes)
    renewal = Order(
        event.name,
        event.on,
        last_return(facts, event),
        [
            Line(None, product, licenses, starts_on, counts_to, usable_until)
            for product, licenses in event.lines.items()
        ],
        renews=anniversary,
    )
    facts.orders[event.name] = renewal
    if event.completes:
        renewal.dropped = on_day.left(facts, anniversary)


def last_return(facts: Facts, event: Ordered | Renewed) -> date:
    """Return the last day on which anything of an order may be returned."""
    return event.dated + days(facts.terms_on(event.on).returns)


def anniversary_renewed(facts: Facts, event: Renewed) -> date | None:
    """Return the anniversary date whose window a renewal order is dated in, if any."""
    terms = facts.terms_on(event.on)
    for anniversary in facts.anniversaries():
        if event.dated < anniversary - days(terms.opens):
            return None
        if event.dated <= anniversary + days(terms.closes):
            return anniversary
    return None


def take_back(facts: Facts, event: Cancelled | Returned) -> None:
    """Cancel a PA or return licenses; with nothing left, the first anniversary date goes too."""
    in_first_term = on_day.shown_anniversary(facts, event.on) == facts.first_anniversary
    if isinstance(event, Cancelled):
        facts.authorizations[event.name].cancelled = True
    else:
        for line in facts.orders[event.order].lines:
            key = (line.authorization, line.product)
            line.returned += line.kept if event.lines is None else event.lines.get(key, 0)
    if in_first_term and not facts.custom and nothing_is_left(facts, event.on):
        facts.first_anniversary = None


def nothing_is_left(facts: Facts, day: date) -> bool:
    """Whether all PAs are cancelled or returned, and all orders returned."""
    found = on_day.states(facts, day).values()
    papers_gone = all(state in ("cancelled", "returned") for state in found)
    return papers_gone and all(order.all_returned for order in facts.orders.values())

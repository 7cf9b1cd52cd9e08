"""What is true on a day, as far as the facts go."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from tests.year.facts import Authorization, Facts

OPEN = ("pending", "overdue", "suspended")


def days(number: int) -> timedelta:
    """Return so many days."""
    return timedelta(days=number)


def without_zeros(licenses: Counter[str]) -> dict[str, int]:
    """Return licenses by product, without the products of which there are none."""
    return {product: number for product, number in licenses.items() if number}


# Purchase authorizations.


def state(facts: Facts, pa: Authorization, day: date) -> str:
    """Return the state of a PA."""
    if pa.cancelled:
        return "cancelled"
    if pa.order is not None:
        paid = [line for line in facts.orders[pa.order].lines if line.authorization == pa.name]
        return "ordered" if any(line.kept for line in paid) else "returned"
    if day <= pa.due_on:
        return "pending"
    if day <= pa.suspends_on:
        return "overdue"
    return "suspended" if day < pa.lapses_on else "lapsed"


def states(facts: Facts, day: date) -> dict[str, str]:
    """Return the state of every PA by its name."""
    return {pa.name: state(facts, pa, day) for pa in facts.authorizations.values()}


def is_past_due(facts: Facts, day: date) -> bool:
    """Whether a PA is past due, which blocks new ones."""
    return any(found in ("overdue", "suspended") for found in states(facts, day).values())


def has_open_authorization(facts: Facts, day: date) -> bool:
    """Whether a PA still waits for its order."""
    return any(found in OPEN for found in states(facts, day).values())


# What is to renew at an anniversary date.


def owned(facts: Facts, anniversary: date) -> Counter[str]:
    """Return the licenses that are renewed at an anniversary date, before anything is renewed."""
    found: Counter[str] = Counter()
    for order, line in facts.lines():
        # Recorded after its last day, a line never gave licenses, so there are none to renew.
        gave_licenses = order.on <= line.usable_until
        renewable = gave_licenses and line.product not in facts.consumables
        if renewable and line.counts_to == anniversary:
            found[line.product] += line.kept
    return found


def renewed(facts: Facts, anniversary: date) -> Counter[str]:
    """Return the licenses that renewal orders took over from an anniversary date."""
    found: Counter[str] = Counter()
    for order, line in facts.lines():
        if order.renews == anniversary:
            found[line.product] += line.kept
    return found


def dropped(facts: Facts, anniversary: date) -> Counter[str]:
    """Return the licenses that completing renewal orders gave up at an anniversary date."""
    found: Counter[str] = Counter()
    for order in facts.orders.values():
        if order.renews == anniversary and not order.all_returned:
            found.update(order.dropped)
    return found


def left(facts: Facts, anniversary: date) -> dict[str, int]:
    """Return what is left to renew at an anniversary date."""
    done = renewed(facts, anniversary) + dropped(facts, anniversary)
    all_owned = owned(facts, anniversary)
    return without_zeros(Counter({key: max(0, all_owned[key] - done[key]) for key in all_owned}))


def shown_anniversary(facts: Facts, day: date) -> date | None:
    """Return the anniversary date that is shown: the next one early, once all is renewed."""
    closes = days(facts.terms_on(day).closes)
    for anniversary in facts.anniversaries():
        if day <= anniversary + closes:
            kept = any(owned(facts, anniversary).values())
            moved = day >= anniversary and kept and not left(facts, anniversary)
            return facts.anniversary_after(anniversary) if moved else anniversary
    return None


# Licenses.


def licenses_of_orders(facts: Facts, day: date) -> Counter[str]:
    """Return the licenses of orders that can be used today."""
    terms: dict[date, Counter[str]] = {}
    for _, line in facts.lines():
        if line.starts_on <= day <= line.usable_until:
            terms.setdefault(line.counts_to, Counter())[line.product] += line.kept
    found: Counter[str] = Counter()
    for counts_to, licenses in terms.items():
        # From the anniversary date on, what was renewed is the new term's, not the old one's.
        gone = renewed_and_begun(facts, counts_to, day)
        for product, number in licenses.items():
            found[product] += max(0, number - gone[product])
    return found


def renewed_and_begun(facts: Facts, anniversary: date, day: date) -> Counter[str]:
    """Return the licenses that were renewed, as far as their new term has begun."""
    found: Counter[str] = Counter()
    for order, line in facts.lines():
        if order.renews == anniversary <= day and line.starts_on <= day:
            found[line.product] += line.kept
    return found


def usable(facts: Facts, day: date) -> dict[str, int]:
    """Return the licenses that can be used: of orders, and of PAs before they are suspended."""
    found = licenses_of_orders(facts, day)
    for pa in facts.authorizations.values():
        if state(facts, pa, day) in ("pending", "overdue") and day <= pa.usable_until:
            found.update(pa.lines)
    return without_zeros(found)


def suspended(facts: Facts, day: date) -> dict[str, int]:
    """Return the licenses that wait for an order and cannot be used until then."""
    found: Counter[str] = Counter()
    for pa in facts.authorizations.values():
        if state(facts, pa, day) == "suspended":
            found.update(pa.lines)
    return without_zeros(found)


# The left rail.


def has_products(facts: Facts, day: date) -> bool:
    """Whether there is an open PA, or a license of an order today."""
    return has_open_authorization(facts, day) or any(licenses_of_orders(facts, day).values())


def filters(facts: Facts, day: date) -> frozenset[str]:
    """Return the filters of the rail that list the customer; none once withdrawn."""
    if facts.withdrawn or not facts.invited:
        return frozenset()
    answers = {
        "no-products": not has_products(facts, day),
        "pending": "pending" in states(facts, day).values(),
        "past-due": is_past_due(facts, day),
        "upcoming": is_upcoming(facts, day),
        "ready": is_ready(facts, day),
    }
    return frozenset(name for name, answer in answers.items() if answer)


def to_renew_at(facts: Facts) -> list[date]:
    """Return the anniversary dates at which anything is left to renew."""
    found = {line.counts_to for _, line in facts.lines()}
    return sorted(anniversary for anniversary in found if left(facts, anniversary))


def is_ready(facts: Facts, day: date) -> bool:
    """Whether something is to renew, and its window is open."""
    terms = facts.terms_on(day)
    return any(
        anniversary - days(terms.opens) <= day <= anniversary + days(terms.closes)
        for anniversary in to_renew_at(facts)
    )


def is_upcoming(facts: Facts, day: date) -> bool:
    """Whether something is to renew, and its window opens soon."""
    terms = facts.terms_on(day)
    return any(
        anniversary - days(terms.opens + terms.upcoming) <= day < anniversary - days(terms.opens)
        for anniversary in to_renew_at(facts)
    )

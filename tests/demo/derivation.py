"""The rules once more, slowly and in plain Python, straight from facts: what tests compare with.

Nothing here uses the console's own definitions of states, filters and dates.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from authorizations.models import (
    AuthorizationLine,
    DroppedRenewal,
    OrderLine,
    PurchaseAuthorization,
)
from customers.models import Customer

DAY = dt.timedelta(days=1)


@dataclass
class Facts:
    """Everything that was recorded of one customer."""

    customer: Customer
    authorizations: list[PurchaseAuthorization] = field(default_factory=list)
    wanted: list[AuthorizationLine] = field(default_factory=list)
    paid: list[OrderLine] = field(default_factory=list)
    dropped: list[DroppedRenewal] = field(default_factory=list)


def all_facts(reseller_id: int) -> list[Facts]:
    """Return the facts of every customer of a reseller."""
    found = {
        customer.pk: Facts(customer) for customer in Customer.objects.filter(reseller=reseller_id)
    }
    authorizations = PurchaseAuthorization.objects.filter(reseller=reseller_id)
    for pa in authorizations.prefetch_related("order_lines__returns"):
        found[pa.customer_id].authorizations.append(pa)
    lines = AuthorizationLine.objects.filter(reseller=reseller_id)
    for line in lines.select_related("authorization", "product").prefetch_related(
        "authorization__order_lines__returns"
    ):
        found[line.authorization.customer_id].wanted.append(line)
    paid = OrderLine.objects.filter(reseller=reseller_id).select_related("order", "product")
    for line in paid.prefetch_related("returns"):
        found[line.customer_id].paid.append(line)
    for row in DroppedRenewal.objects.filter(reseller=reseller_id).select_related("product"):
        found[row.customer_id].dropped.append(row)
    return list(found.values())


def state(pa: PurchaseAuthorization, today: dt.date) -> str:
    """Return the state of a PA."""
    if pa.order_id:
        kept = any(_kept(line) for line in pa.order_lines.all())
        return "ordered" if kept else "returned"
    if pa.cancelled_at:
        return "cancelled"
    age = (today - pa.created_on).days
    if today >= max(pa.created_on + 61 * DAY, pa.counts_to + 31 * DAY):
        return "lapsed"
    if age > 60:
        return "suspended"
    return "overdue" if age > 30 else "pending"


def invitation(customer: Customer, today: dt.date) -> str:
    """Return the state of the invitation."""
    if customer.withdrawn_at:
        return "withdrawn"
    if customer.accepted_at:
        return "accepted"
    return "expired" if today > customer.invitation_expires_on else "invited"


def anniversary(facts: Facts, today: dt.date) -> dt.date | None:
    """Return the anniversary date of a day, counted on from the first one."""
    date = facts.customer.first_anniversary_on
    while date is not None and today >= _moves_on(facts, date):
        date = _a_year_later(date, facts.customer.anniversary_day)
    return date


def to_renew(facts: Facts, date: dt.date) -> dict[str, int]:
    """Return what is to be renewed at an anniversary date, by product."""
    rest: dict[str, int] = defaultdict(int)
    for line in facts.paid:
        if line.counts_to == date and line.product.unit not in ("pack", "transaction"):
            rest[line.product.name] += _kept(line)
    for line in _renewing(facts, date):
        rest[line.product.name] -= _kept(line)
    valid = {line.order_id for line in _renewing(facts, date)}
    for row in facts.dropped:
        if row.anniversary_on == date and row.order_id in valid:
            rest[row.product.name] -= row.quantity
    return {name: number for name, number in rest.items() if number > 0}


def licenses(facts: Facts, today: dt.date) -> dict[str, int]:
    """Return the licenses that are usable, by product."""
    found: dict[str, int] = defaultdict(int)
    for line in facts.wanted:
        pa = line.authorization
        if state(pa, today) in ("pending", "overdue") and today <= pa.counts_to + 30 * DAY:
            found[line.product.name] += line.quantity
    terms = {line.counts_to for line in facts.paid}
    for date in terms:
        for name, number in _of_term(facts, date, today).items():
            found[name] += number
    return {name: number for name, number in found.items() if number}


def filters(facts: Facts, today: dt.date) -> set[str]:
    """Return the filters of the left rail a customer is in."""
    states = {state(pa, today) for pa in facts.authorizations}
    found = {""}
    nothing = not licenses(facts, today) and not states & {"pending", "overdue", "suspended"}
    if nothing and not facts.customer.withdrawn_at:
        found.add("no-products")
    if "pending" in states:
        found.add("pending")
    if states & {"overdue", "suspended"}:
        found.add("past-due")
    date = anniversary(facts, today)
    if date and not facts.customer.withdrawn_at and to_renew(facts, date):
        if -89 <= (today - date).days <= -31:
            found.add("upcoming")
        if -30 <= (today - date).days <= 30:
            found.add("ready")
    return found


def _kept(line: OrderLine) -> int:
    return line.quantity - sum(row.quantity for row in line.returns.all())


def _renewing(facts: Facts, date: dt.date) -> list[OrderLine]:
    return [line for line in facts.paid if line.renews_on == date and _kept(line)]


def _moves_on(facts: Facts, date: dt.date) -> dt.date:
    renewing = _renewing(facts, date)
    if renewing and not to_renew(facts, date):
        return max(date, max(line.order.ordered_on for line in renewing))
    return date + 31 * DAY


def _a_year_later(date: dt.date, day: int) -> dt.date:
    for candidate in (day, 30, 29, 28):
        try:
            return dt.date(date.year + 1, date.month, candidate)
        except ValueError:
            continue
    raise AssertionError


def _of_term(facts: Facts, date: dt.date, today: dt.date) -> dict[str, int]:
    """Return the paid licenses of the term that ends at `date`, less what was renewed by then."""
    found: dict[str, int] = defaultdict(int)
    if today > date + 30 * DAY:
        return found
    for line in facts.paid:
        if line.counts_to == date and line.starts_on <= today:
            found[line.product.name] += _kept(line)
    if today >= date:
        for line in _renewing(facts, date):
            name = line.product.name
            found[name] = max(0, found[name] - _kept(line))
    return found

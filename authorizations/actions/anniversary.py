"""Set and clear the anniversary date (AD) as purchases come and go."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from authorizations.models import Order, OrderLine, PurchaseAuthorization
from authorizations.rules.dates import Term, term_of_customer
from customers.actions.frame import Work
from customers.models import Customer, CustomerKind
from reseller_console.tenancy.models import ProgramTerms

_FIELDS = ["anniversary_on", "anniversary_day", "first_anniversary_on"]


_SET = """
UPDATE customers_customer c
SET anniversary_on = made.date, first_anniversary_on = made.date, anniversary_day = made.day
FROM unnest(%s::bigint[], %s::date[], %s::smallint[]) AS made (id, date, day) WHERE c.id = made.id
"""


def set_by_first_purchase(work: Work, customer: Customer, term: Term) -> None:
    """Set the AD of a locked customer that has none, to the end of the first purchase's term."""
    set_by_first_purchases(work, [(customer, term)])


def set_by_first_purchases(work: Work, terms: Iterable[tuple[Customer, Term]]) -> None:
    """Do so for many customers with one statement; of several terms of one the first counts."""
    begun: dict[int, Customer] = {}
    for customer, term in terms:
        if customer.anniversary_on is not None:
            continue
        customer.anniversary_on = customer.first_anniversary_on = term.counts_to
        customer.anniversary_day = term.anniversary_day
        begun[customer.pk] = customer
        work.event(customer, CustomerKind.ANNIVERSARY_SET, date=term.counts_to.isoformat())
    if not begun:
        return
    rows = begun.values()
    dates, days = [row.anniversary_on for row in rows], [row.anniversary_day for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_SET, [list(begun), dates, days])


def may_be_cleared(customer: Customer) -> bool:
    """Whether the AD goes with the last purchase: a first one that purchases have set."""
    first_term = customer.anniversary_on == customer.first_anniversary_on
    return first_term and customer.custom_anniversary_on is None


def clear_if_nothing_is_left(work: Work, customer: Customer) -> None:
    """Clear the AD of a locked customer in its first term when no PA and no order is left.

    A custom AD stays, and so does any AD after its first roll (rules section 2).
    """
    if customer.anniversary_on is None or not may_be_cleared(customer):
        return
    if _is_anything_left(customer):
        return
    date = customer.anniversary_on.isoformat()
    for name in _FIELDS:
        setattr(customer, name, None)
    customer.save(update_fields=_FIELDS)
    work.event(customer, CustomerKind.ANNIVERSARY_CLEARED, date=date)


def set_anew_by(work: Work, customer: Customer, order: Order, *, terms: ProgramTerms) -> None:
    """Let a direct order whose date was corrected set the AD again, if nothing else had a part."""
    if not may_be_cleared(customer) or _is_anything_left(customer, but=order):
        return
    told = customer.anniversary_on
    customer.anniversary_on = customer.first_anniversary_on = customer.anniversary_day = None
    term = term_of_customer(customer, order.ordered_on, terms=terms)
    if term.counts_to == told:
        customer.refresh_from_db(fields=_FIELDS)
    else:
        set_by_first_purchase(work, customer, term)


def _is_anything_left(customer: Customer, *, but: Order | None = None) -> bool:
    """Whether the customer has a PA that is not settled, or an order that was not returned."""
    lines = OrderLine.objects.kept().filter(customer=customer)
    if but is not None:
        lines = lines.exclude(order=but, authorization__isnull=True)
    unresolved = PurchaseAuthorization.objects.unresolved().filter(customer=customer)
    return unresolved.exists() or lines.exists()

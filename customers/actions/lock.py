"""The lock every verb takes: two people never change one customer at the same moment."""

from __future__ import annotations

from collections.abc import Iterable

from customers.anniversary import write_rolls
from customers.models import Customer
from reseller_console.tenancy.models import Day


def locked(customer: Customer, *, day: Day) -> Customer:
    """Return the customer as it is now, locked until the transaction ends.

    An anniversary date that has moved on by `day` is written down first.
    """
    return locked_all([customer], day=day)[0]


def locked_all(customers: Iterable[Customer], *, day: Day) -> list[Customer]:
    """Return several customers of one reseller, locked in the order of their ids.

    The fixed order is what keeps two orders over the same customers from a deadlock.
    """
    ids = sorted({customer.pk for customer in customers})
    rows = Customer.objects.filter(pk__in=ids).order_by("pk")
    found = list(rows.select_for_update())
    if any(row.rolls_on and row.rolls_on <= day.today for row in found):
        write_rolls(rows.order_by(), today=day.today, closes_days=day.terms.renewal_closes_days)
        found = list(rows)
    return found

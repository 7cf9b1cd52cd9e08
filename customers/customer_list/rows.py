"""What is read of each customer on the list, in one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Case, OuterRef, Subquery, When
from django.db.models.lookups import IsNull

from customers.customer_list.columns import Fact
from customers.models import Customer, CustomerQuerySet, Invitation, Membership
from customers.standing import is_requested
from notifications.delivery import delivery_expression
from reseller_console.accounts.models import User
from reseller_console.lib.lists import Key
from reseller_console.lib.lists.precompiled import precompiled
from reseller_console.tenancy.models import Day, ProgramTerms

# A customer as read: the facts and the keys of the sort by their names.
type Row = NamedTuple


def rows_on(day: Day) -> CustomerQuerySet:
    """Return everyone, annotated with what rows show in addition to the customer's own facts.

    The manager's name, the delivery state of the newest invitation and whether there is a VIP
    admin are looked up for the rows that are shown and for no others: PostgreSQL computes them
    after the LIMIT.
    """
    return _rows_on(day.today, day.terms.renewal_closes_days).all()


@lru_cache(maxsize=64)
def _rows_on(today: dt.date, closes_days: int) -> CustomerQuerySet:
    """Make the queryset once a day rather than once per page, which takes longer than its SQL."""
    day = Day(today, ProgramTerms(renewal_closes_days=closes_days))
    managers = User.objects.filter(pk=OuterRef("managed_by"))
    admins = Membership.objects.active().filter(customer=OuterRef("pk")).order_by()
    emails = Invitation.objects.in_force().filter(customer=OuterRef("pk"), email__isnull=False)
    emails = emails.order_by()  # There is one in force; an order would be worked out.
    delivery = emails.annotate(state=delivery_expression("email__")).values("state")
    columns = {
        "manager": Subquery(managers.values("name")),
        "delivery": Subquery(delivery),
        "requested": Case(When(is_requested(today), then=True), default=False),
        # Not EXISTS, which PostgreSQL may answer by reading all admins there are.
        "has_admin": IsNull(Subquery(admins.values("pk")[:1]), False),
    }
    return Customer.objects.shown_on(day).annotate(
        **{name: precompiled(column, Customer) for name, column in columns.items()}
    )


def read(customers: CustomerQuerySet, facts: Iterable[Fact], keys: list[Key]) -> Any:
    """Return facts and keys of customers made by `rows_on`, each under its name."""
    names = dict.fromkeys([*(fact.name for fact in facts), *(key.name for key in keys)])
    return customers.values_list(*names, named=True)

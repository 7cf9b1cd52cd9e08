"""Set and clear the anniversary date (AD) as purchases come and go."""

from __future__ import annotations

from authorizations.models import OrderLine, PurchaseAuthorization
from authorizations.rules.dates import Term
from customers.actions.frame import Work
from customers.models import Customer, CustomerKind

_FIELDS = ["anniversary_on", "anniversary_day", "first_anniversary_on", "rolls_on"]


def set_by_first_purchase(work: Work, term: Term) -> None:
    """Set the AD of a locked customer that has none, to the end of the first purchase's term."""
    customer = work.customer
    if customer.anniversary_on is not None:
        return
    customer.anniversary_on = customer.first_anniversary_on = term.counts_to
    customer.anniversary_day = term.anniversary_day
    customer.rolls_on = term.gone_on
    customer.save(update_fields=_FIELDS)
    date = term.counts_to.isoformat()
    work.event(customer, CustomerKind.ANNIVERSARY_SET, date=date)


def may_be_cleared(customer: Customer) -> bool:
    """Whether the AD goes with the last purchase: a first one that purchases have set."""
    first_term = customer.anniversary_on == customer.first_anniversary_on
    return first_term and customer.custom_anniversary_on is None


def clear_if_nothing_is_left(work: Work) -> None:
    """Clear the AD of a locked customer in its first term when no PA and no order is left.

    A custom AD stays, and so does any AD after its first roll (rules section 2).
    """
    customer = work.customer
    if customer.anniversary_on is None or not may_be_cleared(customer):
        return
    authorizations = PurchaseAuthorization.objects.filter(customer=customer)
    if authorizations.filter(cancelled_at__isnull=True, returned_at__isnull=True).exists():
        return
    if OrderLine.objects.kept().filter(customer=customer).exists():
        return
    date = customer.anniversary_on.isoformat()
    for name in _FIELDS:
        setattr(customer, name, None)
    customer.save(update_fields=_FIELDS)
    work.event(customer, CustomerKind.ANNIVERSARY_CLEARED, date=date)

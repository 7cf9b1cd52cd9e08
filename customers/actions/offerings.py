"""Add the other offering type: the only edit of a customer a manager ever makes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from customers.actions.frame import acting_on
from customers.models import Customer, CustomerKind, Offering
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Day


def add_offering(customer: Customer, *, offering: str, by: User, day: Day) -> Customer:
    """Let the customer be sold `offering` too; one it has already changes nothing.

    Raises ActionRefused with code "unknown_offering" for anything but team or enterprise.
    """
    if offering not in Offering.values:
        raise ActionRefused(
            _("Choose team or enterprise."), field="offering", code="unknown_offering"
        )
    with acting_on([customer], by=by, day=day) as work:
        customer = work.customer
        if offering in customer.offerings:
            return customer
        customer.offerings = [*customer.offerings, offering]
        customer.save(update_fields=["offerings"])
        work.event(customer, CustomerKind.OFFERING_ADDED, offering=offering)
    return customer

"""Add the other offering type: the only edit of a customer a manager ever makes."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from customers.actions.lock import locked
from customers.activity import CustomerKind
from customers.models import Customer, CustomerEvent
from customers.offerings import Offering
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused


def add_offering(customer: Customer, *, offering: str, by: User, today: dt.date) -> Customer:
    """Let the customer be sold `offering` too; one it has already changes nothing.

    Raises ActionRefused with code "unknown_offering" for anything but team or enterprise.
    """
    if offering not in Offering.values:
        raise ActionRefused(
            _("Choose team or enterprise."), field="offering", code="unknown_offering"
        )
    with transaction.atomic():
        customer = locked(customer, day=customer.reseller.day(today))
        if offering in customer.offerings:
            return customer
        customer.offerings = [*customer.offerings, offering]
        customer.save(update_fields=["offerings"])
        CustomerEvent.objects.create(
            reseller_id=customer.reseller_id,
            customer=customer,
            by=by,
            kind=CustomerKind.OFFERING_ADDED,
            details={"offering": offering},
        )
    return customer

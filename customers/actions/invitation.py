"""Resend or withdraw an invitation."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.actions.invite import send_link
from customers.actions.lock import locked
from customers.actions.returned import check_suppressed
from customers.actions.sending_limits import check_address, check_customer
from customers.activity import CustomerKind
from customers.admins.memberships import may_be_accepted
from customers.emails import recall_invitation
from customers.models import Customer, CustomerEvent
from customers.standing import NO_PRODUCTS
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused


def resend_invitation(customer: Customer, *, by: User, today: dt.date) -> Customer:
    """Send the invitation again; the old link dies, a withdrawn customer comes back.

    A customer that has accepted and has no active admin gets a link too: it is the
    contact's way in. Raises ActionRefused with code "accepted" when there is nothing left
    to accept, "suppressed" when the contact's address takes no emails, and "too_often" when
    it got enough of them for now.
    """
    day = customer.reseller.day(today)
    with transaction.atomic():
        customer = locked(customer, day=day)
        if customer.withdrawn_at is None and not may_be_accepted(customer):
            raise ActionRefused(
                _("%(name)s has accepted the invitation already.") % {"name": customer.name},
                code="accepted",
            )
        check_suppressed(customer)
        check_customer(customer)
        check_address(customer.reseller, customer.contact_email)
        if customer.withdrawn_at is not None:
            # Withdrawn means without licenses, so it is back where it began.
            customer.withdrawn_at, customer.no_products_from_on = None, today
            customer.save(update_fields=["withdrawn_at", "no_products_from_on"])
        send_link(customer, by=by, day=day)
        CustomerEvent.objects.create(
            reseller_id=customer.reseller_id,
            customer=customer,
            by=by,
            kind=CustomerKind.RESENT,
            details={"email": customer.contact_email},
        )
    return customer


def withdraw_invitation(customer: Customer, *, by: User, today: dt.date) -> Customer:
    """Take the invitation back: the link dies, and the customer takes no PA.

    Raises ActionRefused with code "accepted" once it was accepted, and "has_products" while
    there is an open PA or a license. A second withdrawal changes nothing.
    """
    day = customer.reseller.day(today)
    with transaction.atomic():
        customer = locked(customer, day=day)
        if customer.withdrawn_at is not None:
            return customer
        if customer.accepted_at is not None:
            raise ActionRefused(
                _("%(name)s has accepted; an accepted invitation cannot be withdrawn.")
                % {"name": customer.name},
                code="accepted",
            )
        if not Customer.objects.filter(pk=customer.pk).standing(NO_PRODUCTS, day).exists():
            raise ActionRefused(
                _("%(name)s has products. Cancel its purchase authorizations first.")
                % {"name": customer.name},
                code="has_products",
            )
        customer.withdrawn_at, customer.no_products_from_on = timezone.now(), None
        customer.save(update_fields=["withdrawn_at", "no_products_from_on"])
        recall_invitation(customer)
        CustomerEvent.objects.create(
            reseller_id=customer.reseller_id,
            customer=customer,
            by=by,
            kind=CustomerKind.WITHDRAWN,
        )
    return customer

"""Resend or withdraw an invitation."""

from __future__ import annotations

from django.utils import timezone

from customers.actions.frame import acting_on
from customers.actions.invite import send_link
from customers.actions.returned import check_suppressed
from customers.actions.sending_limits import check_address, check_customer, check_sender
from customers.admins.memberships import may_be_accepted
from customers.emails import recall_invitation
from customers.invitations.reasons import refusal_to_resend, refusal_to_withdraw
from customers.models import Customer, CustomerKind
from customers.standing import NO_PRODUCTS
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Day


def resend_invitation(customer: Customer, *, by: User, day: Day) -> Customer:
    """Send the invitation again; the old link dies, a withdrawn customer comes back.

    A customer that has accepted and has no active admin gets a link too: it is the
    contact's way in. Raises ActionRefused with code "accepted" when there is nothing left
    to accept, "suppressed" when the contact's address takes no emails, "too_often" when it got
    enough of them for now, and "too_many_sent" when `by` or the team sent enough.
    """
    with acting_on([customer], by=by, day=day) as work:
        customer = work.customer
        if customer.withdrawn_at is None and not may_be_accepted(customer):
            raise refusal_to_resend(customer)
        check_suppressed(customer)
        check_customer(customer)
        check_address(customer.reseller, customer.contact_email)
        check_sender(customer.reseller, by)
        if customer.withdrawn_at is not None:
            customer.withdrawn_at = None
            customer.save(update_fields=["withdrawn_at"])
        send_link(customer, by=by, day=day)
        work.event(customer, CustomerKind.RESENT, email=customer.contact_email)
    return customer


def withdraw_invitation(customer: Customer, *, by: User, day: Day) -> Customer:
    """Take the invitation back: the link dies, and the customer takes no PA.

    Raises ActionRefused with code "accepted" once it was accepted, and "has_products" while
    there is an open PA or a license. A second withdrawal changes nothing.
    """
    with acting_on([customer], by=by, day=day) as work:
        customer = work.customer
        if customer.withdrawn_at is not None:
            return customer
        mine = Customer.objects.filter(pk=customer.pk)
        nothing = mine.standing(NO_PRODUCTS, day).exists()
        refusal = refusal_to_withdraw(customer, holds_nothing=nothing)
        if refusal is not None:
            raise refusal
        customer.withdrawn_at = timezone.now()
        customer.save(update_fields=["withdrawn_at"])
        recall_invitation(customer)
        work.event(customer, CustomerKind.WITHDRAWN)
    return customer

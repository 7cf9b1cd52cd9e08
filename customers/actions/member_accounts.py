"""What ops do about VIP admins: end a membership, close an account, open it again."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from customers.actions.admins import current, end, record
from customers.actions.lock import locked
from customers.activity import CustomerKind
from customers.admins.emails import post_removal
from customers.models import Customer, Membership
from reseller_console.accounts.actions import leave
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused


def end_membership(membership: Membership, *, by: User, today: dt.date) -> bool:
    """End somebody's being admin, also of the last one; the person gets an email.

    Return whether the customer has an admin left: otherwise its emails go to the contact
    again, which is written down. Raises ActionRefused with code "not_ops" or "gone".
    """
    _refuse_others(by)
    with transaction.atomic():
        customer = locked(membership.customer, day=membership.customer.reseller.day(today))
        membership = current(membership)
        end(membership, by=by)
        record(customer, CustomerKind.ADMIN_REMOVED, by=by, email=membership.user.email)
        post_removal(membership, by=by)
        return _note_who_is_left(customer)


def close_account(person: User, *, by: User) -> list[Customer]:
    """Close a member's account: signed out at the next click, for every customer alike.

    The memberships stay and count again when the account is opened. Return the customers
    that have no active admin left. Raises ActionRefused with code "not_ops", "not_member"
    or "deactivated".
    """
    _refuse_others(by)
    with transaction.atomic():
        customers = locked_customers_of(person)
        leave.deactivate(person, by=by)
        deserted = []
        for customer in customers:
            record(customer, CustomerKind.ACCOUNT_CLOSED, by=by, email=person.email)
            if not _note_who_is_left(customer):
                deserted.append(customer)
    return deserted


def reopen_account(person: User, *, by: User) -> User:
    """Open a member's closed account again, with what it was admin of.

    Raises ActionRefused with code "not_ops", "not_member" or "active".
    """
    _refuse_others(by)
    with transaction.atomic():
        customers = locked_customers_of(person)
        person = leave.reactivate(person, by=by)
        for customer in customers:
            record(customer, CustomerKind.ACCOUNT_REOPENED, by=by, email=person.email)
    return person


def locked_customers_of(person: User) -> list[Customer]:
    """Return the customers of a member, locked in the order of their ids.

    Raises ActionRefused with code "not_member" for anybody else.
    """
    if not person.is_member:
        raise ActionRefused(
            _("%(name)s is not a customer's VIP admin.") % {"name": person}, code="not_member"
        )
    rows = Membership.objects.filter(user=person, removed_at__isnull=True)
    rows = rows.select_related("customer__reseller").order_by("customer_id")
    return [locked(row.customer, day=row.customer.reseller.day()) for row in rows]


def _refuse_others(by: User) -> None:
    if not by.is_superuser:
        raise ActionRefused(_("Only ops do this."), code="not_ops")


def _note_who_is_left(customer: Customer) -> bool:
    """Return whether a locked customer has an active admin; write it down when not."""
    if Membership.objects.active().filter(customer=customer).exists():
        return True
    record(customer, CustomerKind.NO_ADMIN_LEFT, by=None, email=customer.contact_email)
    return False

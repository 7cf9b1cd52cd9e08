"""What ops do about VIP admins: end a membership, close an account, open it again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from customers.actions.admins import current, end
from customers.actions.frame import Work, acting_everywhere_on, acting_on
from customers.admins.emails import removal_draft
from customers.models import Customer, CustomerKind, Membership
from reseller_console.accounts.actions import leave
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Day


def end_membership(membership: Membership, *, by: User, day: Day) -> bool:
    """End a person's admin membership, also the last one; the person gets an email.

    Return whether the customer has an admin left: otherwise its emails go to the contact
    again, which is written down. Raises ActionRefused with code "not_ops" or "gone".
    """
    _refuse_others(by)
    with acting_on([membership.customer], by=by, day=day) as work:
        membership = current(membership)
        end(membership, by=by)
        work.event(work.customer, CustomerKind.ADMIN_REMOVED, email=membership.user.email)
        work.email(removal_draft(membership, by=by))
        return _note_who_is_left(work, work.customer)


def close_account(person: User, *, by: User) -> list[Customer]:
    """Close a member's account: signed out at the next click, for every customer alike.

    The memberships stay and count again when the account is opened. Return the customers
    that have no active admin left. Raises ActionRefused with code "not_ops", "not_member"
    or "deactivated".
    """
    _refuse_others(by)
    with acting_on_customers_of(person, by=by) as pairs:
        leave.deactivate(person, by=by)
        deserted = []
        for work, customer in pairs:
            work.event(customer, CustomerKind.ACCOUNT_CLOSED, email=person.email)
            if not _note_who_is_left(work, customer):
                deserted.append(customer)
    return deserted


def reopen_account(person: User, *, by: User) -> User:
    """Open a member's closed account again, with what it was admin of.

    Raises ActionRefused with code "not_ops", "not_member" or "active".
    """
    _refuse_others(by)
    with acting_on_customers_of(person, by=by) as pairs:
        person = leave.reactivate(person, by=by)
        for work, customer in pairs:
            work.event(customer, CustomerKind.ACCOUNT_REOPENED, email=person.email)
    return person


@contextmanager
def acting_on_customers_of(person: User, *, by: User) -> Iterator[list[tuple[Work, Customer]]]:
    """Act on the customers of a member, whichever resellers they are of.

    Raises ActionRefused with code "not_member" for anyone else.
    """
    if not person.is_member:
        raise ActionRefused(
            _("%(name)s is not a customer's VIP admin.") % {"name": person}, code="not_member"
        )
    rows = Membership.objects.filter(user=person, removed_at__isnull=True)
    customers = [row.customer for row in rows.select_related("customer__reseller")]
    with acting_everywhere_on(customers, by=by) as works:
        yield [(work, customer) for work in works for customer in work.customers]


def _refuse_others(by: User) -> None:
    if not by.is_superuser:
        raise ActionRefused(_("Only ops can do this."), code="not_ops")


def _note_who_is_left(work: Work, customer: Customer) -> bool:
    """Return whether a locked customer has an active admin; write it down when not."""
    if Membership.objects.active().filter(customer=customer).exists():
        return True
    work.consequence(customer, CustomerKind.NO_ADMIN_LEFT, email=customer.contact_email)
    return False

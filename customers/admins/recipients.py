"""Who gets a customer's emails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from customers.admins.memberships import admins_of_many
from customers.models import Customer
from reseller_console.accounts.models import Role, User
from reseller_console.tenancy.models import Reseller


@dataclass(frozen=True)
class Recipient:
    """A person an email goes to."""

    address: str
    name: str
    language: str


def vip_admins(customer: Customer) -> list[Recipient]:
    """Return whom the customer's emails go to: every active VIP admin.

    Before a person has joined it is the invited contact, in the contact's language; no one
    once the invitation is withdrawn.
    """
    return vip_admins_of([customer])[customer.pk]


def vip_admins_of(customers: Iterable[Customer]) -> dict[int, list[Recipient]]:
    """Return the same for several customers by the customer's id, with at most one query."""
    customers = list(customers)
    joined = admins_of_many(row for row in customers if row.accepted_at is not None)
    return {
        customer.pk: recipients_of(customer, [one.user for one in joined.get(customer.pk, [])])
        for customer in customers
    }


def recipients_of(customer: Customer, admins: Sequence[User]) -> list[Recipient]:
    """Return whom emails go to while these are the customer's active VIP admins."""
    return [_admin(user) for user in admins] or _contact(customer)


def _contact(customer: Customer) -> list[Recipient]:
    if customer.withdrawn_at is not None:
        return []
    return [Recipient(customer.contact_email, customer.contact_name, customer.language)]


def _admin(user: User) -> Recipient:
    return Recipient(user.email, user.name, user.language)


def responsible_managers(reseller: Reseller) -> Callable[[Customer], User | None]:
    """Return a function that says who gets the reseller's mail of a customer.

    The managing colleague; when that account is deactivated, the primary admin. One query,
    however many customers are asked about (with `managed_by` loaded).
    """
    primary = User.objects.filter(reseller=reseller, role=Role.PRIMARY).first()
    return lambda customer: customer.managed_by if customer.managed_by.is_active else primary

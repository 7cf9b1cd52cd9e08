"""Who gets a customer's letters."""

from __future__ import annotations

from dataclasses import dataclass

from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.accounts.roles import Role


@dataclass(frozen=True)
class Recipient:
    """A person a letter goes to."""

    address: str
    name: str
    language: str


def vip_admins(customer: Customer) -> list[Recipient]:
    """Return the customer's VIP admins: the invited contact; nobody once withdrawn."""
    if customer.withdrawn_at is not None:
        return []
    return [Recipient(customer.contact_email, customer.contact_name, customer.language)]


def responsible_manager(customer: Customer) -> User | None:
    """Return who gets the reseller's mail of a customer.

    The managing colleague; when that account is deactivated, the primary admin.
    """
    if customer.managed_by.is_active:
        return customer.managed_by
    return User.objects.filter(reseller_id=customer.reseller_id, role=Role.PRIMARY).first()

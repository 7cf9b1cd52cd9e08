"""Who gets a customer's letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.accounts.roles import Role
from reseller_console.tenancy.models import Reseller


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


def responsible_managers(reseller: Reseller) -> Callable[[Customer], User | None]:
    """Return a function that says who gets the reseller's mail of a customer.

    The managing colleague; when that account is deactivated, the primary admin. One query,
    however many customers are asked about (with `managed_by` loaded).
    """
    primary = User.objects.filter(reseller=reseller, role=Role.PRIMARY).first()
    return lambda customer: customer.managed_by if customer.managed_by.is_active else primary

"""Who the VIP admins of customers are."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef

from customers.models import (
    AdminInvitation,
    AdminInvitationQuerySet,
    Customer,
    CustomerQuerySet,
    Membership,
    MembershipQuerySet,
)
from notifications.delivery import delivery_expression
from notifications.tracking.suppressions import suppressed
from reseller_console.accounts.models import User


def customers_of_admin(user: User) -> CustomerQuerySet:
    """Return the customers this person is an active VIP admin of; none for anyone else."""
    own = Membership.objects.of(user).filter(customer=OuterRef("pk"))
    return Customer.objects.filter(Exists(own))


def ids_served(user: User) -> set[int]:
    """Return the ids of the customers this person is an active VIP admin of."""
    return set(Membership.objects.of(user).values_list("customer", flat=True))


def is_admin_of(user: User | AnonymousUser, customer: Customer) -> bool:
    """Whether this person is an active VIP admin of the customer."""
    return isinstance(user, User) and Membership.objects.of(user).filter(customer=customer).exists()


def admins_of(customer: Customer) -> list[Membership]:
    """Return the customer's active admins with their accounts, the longest-serving first."""
    return admins_of_many([customer]).get(customer.pk, [])


def admins_of_many(customers: Iterable[Customer]) -> dict[int, list[Membership]]:
    """Return the active admins of several customers by the customer's id, with one query."""
    found: dict[int, list[Membership]] = {}
    ids = [customer.pk for customer in customers]
    rows = Membership.objects.active().filter(customer__in=ids).select_related("user")
    for row in rows.order_by("joined_at", "id"):
        found.setdefault(row.customer_id, []).append(row)
    return found


def memberships_of(customer: Customer) -> MembershipQuerySet:
    """Return the customer's admins with their accounts, those with a closed account included."""
    rows = Membership.objects.filter(customer=customer, removed_at__isnull=True)
    return rows.select_related("user", "customer__reseller", "customer__managed_by").order_by(
        "joined_at", "pk"
    )


def open_invitations_of(customer: Customer) -> AdminInvitationQuerySet:
    """Return the links to further admins that wait, with their email's `delivery`.

    `is_closed` says that nothing is sent to the address any more. The ones that have expired
    are among them: they can be sent again.
    """
    rows = AdminInvitation.objects.in_force().filter(customer=customer)
    rows = rows.select_related("customer__reseller", "customer__managed_by", "email", "sent_by")
    return rows.annotate(
        delivery=delivery_expression("email__"),
        is_closed=suppressed(reseller="reseller", address_key="address_key"),
    ).order_by("-sent_at", "-pk")


def may_be_accepted(customer: Customer) -> bool:
    """Whether the contact's invitation still leads anywhere.

    Until it is accepted; afterwards only while the customer has no active admin, so that a
    customer that accepted elsewhere, or whose last account was closed, has a way in.
    """
    if customer.withdrawn_at is not None:
        return False
    return (
        customer.accepted_at is None
        or not Membership.objects.active().filter(customer=customer).exists()
    )

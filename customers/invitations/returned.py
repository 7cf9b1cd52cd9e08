"""Invitations that came back: the list of them, and what the details page says about one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from customers.actions.returned import why
from customers.models import CorrectionRequest, Customer, CustomerQuerySet, Invitation
from reseller_console.accounts.models import User

MOST_SHOWN = 100


@dataclass(frozen=True)
class Returned:
    """A customer whose invitation came back."""

    customer: Customer
    why: str
    asked_at: dt.datetime | None

    @property
    def since(self) -> dt.datetime | None:
        """Since when that is known."""
        return self.customer.invitation_bounced_at


@dataclass(frozen=True)
class ReturnedPage:
    """The newest of them, and how many there are."""

    rows: list[Returned]
    total: int
    mine: bool

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are shown."""
        return self.total > len(self.rows)


def returned_of(user: User, *, mine: bool = False) -> CustomerQuerySet:
    """Return the customers of the person's reseller whose invitation came back.

    `mine` leaves those the person manages.
    """
    found = Customer.objects.of(user).came_back()
    return found.managed_by_user(user) if mine else found


def page_of_returned(user: User, *, mine: bool) -> ReturnedPage:
    """Return the list for a person."""
    found = returned_of(user, mine=mine)
    rows = (
        _with_reasons(found).select_related("managed_by").order_by("-invitation_bounced_at", "pk")
    )
    return ReturnedPage([_row(row) for row in rows[:MOST_SHOWN]], found.count(), mine)


def returned(customer: Customer) -> Returned | None:
    """Return what is to be said about one customer; None when its invitation did not come back."""
    row = _with_reasons(Customer.objects.filter(pk=customer.pk).came_back()).first()
    return _row(row) if row else None


def _with_reasons(customers: CustomerQuerySet) -> CustomerQuerySet:
    links = Invitation.objects.in_force().filter(customer=OuterRef("pk"))
    asked = CorrectionRequest.objects.filter(customer=OuterRef("pk"), closed_at__isnull=True)
    return customers.annotate(
        return_reason=Subquery(links.values("email__return_reason")[:1]),
        asked_at=Subquery(asked.values("asked_at")[:1]),
    )


def _row(customer: Customer) -> Returned:
    reason = customer.return_reason or ""
    return Returned(customer, why(reason), customer.asked_at)

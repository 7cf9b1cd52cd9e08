"""The organizations a VIP admin serves, and what in each of them wants attention."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper

from customers.admins.memberships import customers_of_admin
from customers.admins.vip_terms import waiting_terms
from customers.models import Customer
from customers.standing import NO_PRODUCTS, PAST_DUE, PENDING, Filter
from reseller_console.accounts.models import User
from reseller_console.lib.clock import TodayIn
from reseller_console.tenancy.models import Day, ProgramTerms, Reseller, VipTerms

# More than anyone serves; the list says so where there are more.
MOST = 200


@dataclass(frozen=True)
class Organization:
    """One organization on the list, on its own reseller's day."""

    customer: Customer
    terms_waiting: VipTerms | None

    @property
    def is_late(self) -> bool:
        """Whether the order for something it uses is late."""
        return self.customer.is_late

    @property
    def awaits_order(self) -> bool:
        """Whether something it uses is still to be ordered, in time."""
        return self.customer.awaits_order

    @property
    def holds_nothing(self) -> bool:
        """Whether it has nothing to use."""
        return self.customer.holds_nothing

    @property
    def is_calm(self) -> bool:
        """Whether nothing of all this needs attention."""
        signs = (self.is_late, self.awaits_order, self.holds_nothing, self.terms_waiting)
        return not any(signs)


def organizations_of(user: User) -> list[Customer]:
    """Return the organizations this person is an active admin of, by name; at most `MOST`."""
    return list(customers_of_admin(user).order_by("name_sort", "pk")[:MOST])


def standing_of_organizations(user: User) -> list[Organization]:
    """Return the same with what wants attention; three queries, however many there are."""
    rows = customers_of_admin(user).shown_today().select_related("reseller")
    rows = rows.annotate(
        is_late=_in(PAST_DUE), awaits_order=_in(PENDING), holds_nothing=_in(NO_PRODUCTS)
    )
    found = list(rows.order_by("name_sort", "pk")[:MOST])
    waiting = waiting_terms(found)
    return [Organization(customer, waiting.get(customer.pk)) for customer in found]


def terms_shared_by(organizations: Iterable[Customer]) -> ProgramTerms | None:
    """Return the program terms that are in force today for every one of these organizations.

    None for no organizations, and where their resellers go by different terms.
    """
    ids = {customer.reseller_id for customer in organizations}
    resellers = Reseller.objects.filter(pk__in=ids).select_related("program")
    found = {reseller.day().terms for reseller in resellers}
    return found.pop() if len(found) == 1 else None


def _in(entry: Filter) -> ExpressionWrapper:
    """Return whether a row is in a filter that asks for today alone, each by its own calendar."""
    today = TodayIn("reseller__time_zone")
    day = Day(today, ProgramTerms())  # type: ignore[arg-type]
    return ExpressionWrapper(entry.when(day), output_field=BooleanField())

"""What must never be found in the database, as queries: one that returns a row tells of a fault.

`./console manage invariants` runs them on a living system; the tests run them after every
race, crash and random walk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.fields.json import KT

from authorizations.licenses.queue import customers_with_lost
from authorizations.models import (
    Assignment,
    AuthorizationLine,
    NightlyRun,
    OrderLine,
    PurchaseAuthorization,
    PurchaseKind,
    Unit,
)
from authorizations.night.run import tally_fault
from authorizations.rules import agreement, rollup
from customers.models import Customer, CustomerEvent, CustomerKind, Invitation, Membership
from notifications.delivery import OUTCOMES
from notifications.models import Email
from reseller_console.accounts.models import Role, User
from reseller_console.lib import limits, privileges
from reseller_console.tenancy.models import Day, Reseller


@dataclass(frozen=True)
class Invariant:
    """A sentence that is always true, and the query that would find the exceptions."""

    sentence: str
    exceptions: Callable[[], QuerySet[Any]]


_authorizations = PurchaseAuthorization.objects


def _of(model: type[Model], **outer: str) -> Exists:
    """Return whether the model has a row whose fields equal those of the outer row."""
    return Exists(model._default_manager.filter(**{k: OuterRef(v) for k, v in outer.items()}))


def _lines_not_paid() -> QuerySet[Any]:
    paid = OrderLine.objects.filter(
        authorization=OuterRef("authorization"),
        product=OuterRef("product"),
        order=OuterRef("authorization__order"),
        quantity=OuterRef("quantity"),
    )
    return AuthorizationLine.objects.filter(~Exists(paid), authorization__order__isnull=False)


def _without_anniversary() -> QuerySet[Any]:
    in_force = _authorizations.unresolved().filter(customer=OuterRef("pk"))
    kept = OrderLine.objects.kept().filter(customer=OuterRef("pk"))
    return Customer.objects.filter(Exists(in_force) | Exists(kept), anniversary_on__isnull=True)


def _links_in_force() -> QuerySet[Any]:
    in_force = Count("invitations", filter=Q(invitations__superseded_at__isnull=True))
    imported = CustomerEvent.objects.filter(customer=OuterRef("pk"), kind=CustomerKind.IMPORTED)
    # Who was imported gets a link only when somebody invites them.
    return (
        Customer.objects.annotate(in_force=in_force)
        .exclude(in_force=1)
        .exclude(Exists(imported), in_force=0)
    )


def _creation_not_told() -> QuerySet[Any]:
    told = CustomerEvent.objects.annotate(number=KT("details__number")).filter(
        customer=OuterRef("customer"), number=OuterRef("number")
    )
    by_reseller = told.filter(kind=PurchaseKind.CREATED)
    by_member = told.filter(kind=PurchaseKind.REQUESTED, by=OuterRef("requested_by"))
    return _authorizations.filter(
        Q(~Exists(by_reseller), requested_by__isnull=True)
        | Q(~Exists(by_member), requested_by__isnull=False)
    )


def _requested_by_strangers() -> QuerySet[Any]:
    then_admin = Membership.objects.filter(
        Q(removed_at__isnull=True) | Q(removed_at__gte=OuterRef("created_at")),
        customer=OuterRef("customer"),
        user=OuterRef("requested_by"),
        joined_at__lte=OuterRef("created_at"),
    )
    return _authorizations.filter(~Exists(then_admin), requested_by__isnull=False)


def _several_outcomes() -> QuerySet[Any]:
    outcomes = Func(*OUTCOMES, function="num_nonnulls", output_field=IntegerField())
    return Email.objects.annotate(outcomes=outcomes).filter(outcomes__gt=1)


def _teams_without_one_primary() -> QuerySet[Any]:
    team = User.objects.filter(reseller__isnull=False).order_by().values("reseller")
    primaries = Count("pk", filter=Q(role=Role.PRIMARY))
    return team.annotate(primaries=primaries).exclude(primaries=1)


INVARIANTS = (
    Invariant(
        "A PA is never both ordered and cancelled.",
        lambda: _authorizations.filter(order__isnull=False, cancelled_at__isnull=False),
    ),
    Invariant(
        "A PA has at least one line.",
        lambda: _authorizations.filter(~_of(AuthorizationLine, authorization="pk")),
    ),
    Invariant("An order pays for exactly the lines of its PAs.", _lines_not_paid),
    Invariant(
        "No order line belongs to a PA that is not ordered by that order.",
        lambda: OrderLine.objects.filter(authorization__isnull=False).exclude(
            authorization__order=F("order")
        ),
    ),
    Invariant(
        "A customer with a PA in force or a kept order has an anniversary date.",
        _without_anniversary,
    ),
    Invariant(
        "A withdrawn customer has no unresolved PA that has not lapsed.",
        lambda: _authorizations.unresolved().filter(created_at__gt=F("customer__withdrawn_at")),
    ),
    Invariant(
        "Exactly one invitation link of a customer is in force, unless imported without.",
        _links_in_force,
    ),
    Invariant(
        "The customer's row knows when the link in force ends.",
        lambda: (
            Invitation.objects.in_force()
            .exclude(expires_on=F("customer__invitation_expires_on"))
            .values("customer__vip_id")
        ),
    ),
    Invariant(
        "Every PA's creation stands in the customer's history, with who asked for it.",
        _creation_not_told,
    ),
    Invariant(
        "Only somebody who was VIP admin of the customer then has requested a PA.",
        _requested_by_strangers,
    ),
    Invariant("An email has at most one outcome.", _several_outcomes),
    Invariant("A reseller with a team has exactly one primary admin.", _teams_without_one_primary),
    Invariant(
        "A purchase belongs to its customer's reseller.",
        lambda: _authorizations.exclude(customer__reseller=F("reseller")),
    ),
    Invariant(
        "A license is held by a person of the same customer.",
        lambda: Assignment.objects.exclude(person__customer=F("customer")),
    ),
    Invariant(
        "Only licenses that are given to people are held by people.",
        lambda: Assignment.objects.exclude(product__unit=Unit.USER),
    ),
    Invariant(
        "Nobody stands in a queue before having been given a license.",
        lambda: Assignment.objects.filter(
            Q(stands_at__lt=F("assigned_at")) | Q(ended_at__lt=F("assigned_at"))
        ),
    ),
)


def broken() -> list[str]:
    """Return what is broken, a line each; nothing on a sound database.

    Beside the queries: what the application role may do beyond its privileges, statements without
    a limit, rollup facts that would answer wrongly today, filters of the rail that disagree with
    PAs and licenses, and a tally that disagrees with the customers' rows.
    """
    found = privileges.deviations() + limits.deviations()
    for invariant in INVARIANTS:
        rows = [str(row) for row in invariant.exceptions().order_by()[:5]]
        if rows:
            found.append(f"{invariant.sentence} Not so: {', '.join(rows)}")
    for reseller in Reseller.objects.select_related("program"):
        day = reseller.day()
        beyond = _held_beyond_owned(reseller, day)
        if beyond:
            found.append(
                f"{reseller}: after the night people hold licenses beyond what is owned,"
                f" for customers {beyond[:5]}"
            )
        drifted = [row.customer_id for row in rollup.stale(reseller, day=day) if row.drifted]
        if drifted:
            found.append(f"{reseller}: stored facts answer wrongly for customers {drifted[:5]}")
        listed = agreement.wrongly_listed(reseller, day=day)
        if listed:
            found.append(f"{reseller}: filters list or miss the wrong customers: {listed[:5]}")
        wrong = tally_fault(reseller, day)
        if wrong:
            found.append(f"{reseller}: the tally is wrong by {wrong}")
    return found


def _held_beyond_owned(reseller: Reseller, day: Day) -> list[int]:
    """Return customers some of whose people hold what is gone, once tonight's night has run.

    Before it they are shown as what they are; the night is what writes it down.
    """
    if not NightlyRun.objects.filter(
        reseller=reseller, for_day=day.today, finished_at__isnull=False
    ).exists():
        return []
    held = Assignment.objects.held().filter(reseller=reseller)
    holders = set(held.order_by().values_list("customer_id", flat=True).distinct())
    return sorted(customers_with_lost(holders, day=day))

"""What a line of the list shows, read in one query and ready to be printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Case, OuterRef, Subquery, When
from django.db.models.expressions import RawSQL

from customers.invitations.status import InvitationStatus
from customers.models import Customer, Invitation, Membership
from customers.querysets import CustomerQuerySet
from customers.standing import is_requested
from notifications.delivery import Delivery, delivery_expression
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Day, ProgramTerms
from reseller_console.tenancy.segments import Segment

FIELDS = (
    "vip_id",
    "name",
    "contact_email",
    "segment",
    "anniversary",
    "invitation_state",
    "manager",
    "delivery",
    "requested",
    "an_admin",
)


class Row(NamedTuple):
    """One customer on the list."""

    vip_id: str
    name: str
    email: str
    segment: str
    anniversary: dt.date | None
    manager: str
    invitation: InvitationStatus
    delivery: Delivery | None
    # Whether a purchase authorization can be created, and the invitation sent again.
    takes_authorizations: bool
    takes_invitation: bool
    # Whether an order for what the customer itself requested is awaited.
    requested: bool


def rows_on(day: Day) -> CustomerQuerySet:
    """Return everybody, annotated with what rows show beside the customer's own facts.

    The manager's name, the delivery state of the newest invitation and whether there is a VIP
    admin are looked up for the rows that are shown and for no others: PostgreSQL computes them
    after the LIMIT.
    """
    return _rows_on(day.today, day.terms.renewal_closes_days).all()


@lru_cache(maxsize=64)
def _rows_on(today: dt.date, closes_days: int) -> CustomerQuerySet:
    """Make the queryset once a day rather than once a page, which takes longer than its SQL."""
    day = Day(today, ProgramTerms(renewal_closes_days=closes_days))
    admins = Membership.objects.active().filter(customer=OuterRef("pk")).order_by()
    emails = Invitation.objects.in_force().filter(customer=OuterRef("pk"), email__isnull=False)
    emails = emails.order_by()  # There is one in force; an order would be worked out.
    return Customer.objects.shown_on(day).annotate(
        manager=_compiled(Subquery(User.objects.filter(pk=OuterRef("managed_by")).values("name"))),
        delivery=_compiled(Subquery(emails.annotate(d=delivery_expression("email__")).values("d"))),
        requested=_compiled(Case(When(is_requested(today), then=True), default=False)),
        # Not EXISTS, which PostgreSQL may answer by reading all admins there are.
        an_admin=_compiled(Subquery(admins.values("pk")[:1])),
    )


def _compiled(column: Case | Subquery) -> RawSQL:
    """Compile a column of customers once: doing it for every page takes longer than its SQL."""
    alone = Customer.objects.order_by().annotate(column=column)
    sql, params = alone.values_list("column").query.sql_with_params()
    expression = sql.removeprefix("SELECT ").rpartition(' AS "column" FROM ')[0]
    output = alone.query.annotations["column"].output_field
    return RawSQL(expression, params, output)  # noqa: S611 - compiled from a queryset


def rows_of(values: Iterable[tuple]) -> Iterator[Row]:
    """Make rows of tuples that begin with `FIELDS`; the segment's label is written once."""
    segments = {segment.value: str(segment.label) for segment in Segment}
    # A look-up in a dict takes a fifth of calling the enumeration.
    invitations = {state.value: state for state in InvitationStatus}
    deliveries: dict[str | None, Delivery | None] = {state.value: state for state in Delivery}
    for vip_id, name, email, segment, date, state, manager, delivery, asked, admin, *_ in values:
        invitation = invitations[state]
        yield Row(
            vip_id,
            name,
            email,
            segments[segment],
            date,
            manager,
            invitation,
            deliveries.get(delivery),
            invitation is not InvitationStatus.WITHDRAWN,
            # As `customers.admins.memberships.may_be_accepted` has it, or after coming back.
            invitation is not InvitationStatus.ACCEPTED or not admin,
            asked,
        )

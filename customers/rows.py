"""What a line of the list shows, read in one query and ready to be printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Case, OuterRef, Subquery, When
from django.utils.formats import date_format
from django.utils.translation import get_language

from customers.invitation_status import InvitationStatus
from customers.models import Customer, Invitation, Membership
from customers.querysets import CustomerQuerySet
from customers.standing import Day, is_requested
from notifications.delivery import Delivery, delivery_expression
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import ProgrammeTerms
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


@dataclass(frozen=True, slots=True)
class Row:
    """One customer on the list, in words: a page prints fifty of them in a few milliseconds."""

    vip_id: str
    path: str
    name: str
    email: str
    segment: str
    anniversary: dt.date | None
    anniversary_text: str
    anniversary_iso: str
    manager: str
    invitation: InvitationStatus
    invitation_label: str
    invitation_tone: str
    delivery: Delivery | None
    delivery_label: str
    delivery_tone: str
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
    day = Day(today, ProgrammeTerms(renewal_closes_days=closes_days))
    admins = Membership.objects.active().filter(customer=OuterRef("pk"))
    letters = Invitation.objects.in_force().filter(customer=OuterRef("pk"), email__isnull=False)
    return Customer.objects.shown_on(day).annotate(
        manager=Subquery(User.objects.filter(pk=OuterRef("managed_by")).values("name")),
        delivery=Subquery(letters.annotate(d=delivery_expression("email__")).values("d")),
        requested=Case(When(is_requested(today), then=True), default=False),
        # Not EXISTS, which PostgreSQL may answer by reading all admins there are.
        an_admin=Subquery(admins.values("pk")[:1]),
    )


def rows_of(values: Iterable[tuple]) -> Iterator[Row]:
    """Make rows of tuples that begin with `FIELDS`; each label and date is written once."""
    language = get_language() or ""
    segments = {segment.value: str(segment.label) for segment in Segment}
    invitations = {state.value: _badge(state) for state in InvitationStatus}
    deliveries: dict[str | None, tuple[Delivery | None, str, str]] = {None: (None, "", "")}
    deliveries |= {state.value: _badge(state) for state in Delivery}
    dates: dict[dt.date | None, tuple[dt.date | None, str, str]] = {None: (None, "", "")}
    for vip_id, name, email, segment, date, state, manager, delivery, asked, admin, *_ in values:
        if date not in dates:
            dates[date] = (date, written(date, language), date.isoformat())
        yield Row(
            vip_id,
            f"/customers/{vip_id}/",
            name,
            email,
            segments[segment],
            *dates[date],
            manager,
            *invitations[state],
            *deliveries[delivery],
            state != InvitationStatus.WITHDRAWN,
            # As `customers.memberships.may_be_accepted` has it, or after coming back.
            state != InvitationStatus.ACCEPTED or not admin,
            asked,
        )


def _badge[Choice: (InvitationStatus, Delivery)](choice: Choice) -> tuple[Choice, str, str]:
    return choice, str(choice.label), choice.tone


@lru_cache(maxsize=4_096)
def written(date: dt.date, language: str) -> str:
    """Return a date as people read it here, such as “2 Mar 2026”, in the language in force."""
    return date_format(date, "j M Y")

"""The state of a purchase authorization (PA): when each begins, and which one it is in.

Facts and today decide; nothing is stored. Anyone who wonders "when is a PA overdue" finds it in
BEGINS and changes it there, for lists, counts, details, admin, emails, notices and night alike.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.db.models.expressions import Combinable
from django.utils.functional import classproperty
from django.utils.translation import gettext_lazy as _

from authorizations.rules.edges import Edge
from reseller_console.lib.states import Rules, StateChoices


class Status(StateChoices):
    """The states of rules section 2, "Purchase authorization"."""

    PENDING = (
        "pending",
        "info",
        _("Licenses are usable; the order is not due yet."),
        _("Pending"),
    )
    OVERDUE = (
        "overdue",
        "warn",
        _("The order is late. Licenses still work; new PAs are blocked."),
        _("Overdue"),
    )
    SUSPENDED = (
        "suspended",
        "bad",
        _("The order is so late that the licenses have stopped working."),
        _("Suspended"),
    )
    LAPSED = (
        "lapsed",
        "quiet",
        _("It was never ordered, and its term is over; the licenses are gone."),
        _("Lapsed"),
    )
    ORDERED = (
        "ordered",
        "good",
        _("An order covers it; the licenses are paid."),
        _("Ordered"),
    )
    CANCELLED = (
        "cancelled",
        "quiet",
        _("It was cancelled before it was ordered; the licenses are gone."),
        _("Cancelled"),
    )
    RETURNED = (
        "returned",
        "quiet",
        _("Its order was returned in full; the licenses are gone."),
        _("Returned"),
    )

    @classproperty
    def PAST_DUE(cls) -> tuple[Status, ...]:
        """The states that block new PAs of the customer."""
        return (Status.OVERDUE, Status.SUSPENDED)

    @classproperty
    def OPEN(cls) -> tuple[Status, ...]:
        """The states in which an order is still awaited and licenses are held."""
        return (Status.PENDING, *Status.PAST_DUE)


# The first day of each state of a PA that is neither ordered nor cancelled, in their order. A
# state lasts until the next one begins; each one's first day is later than the one's before,
# but that a PA may lapse on the day it would be suspended.
BEGINS = {
    Status.PENDING: Edge("created_on"),
    Status.OVERDUE: Edge("due_on", 1),
    Status.SUSPENDED: Edge("suspends_on", 1),
    Status.LAPSED: Edge("lapses_on"),
}

# Past due from the first day of Overdue to the day before it lapses; licenses work to the day
# before Suspended.
PAST_DUE_FROM = BEGINS[Status.OVERDUE]
STOPS = BEGINS[Status.SUSPENDED]
GONE = BEGINS[Status.LAPSED]


def lapses_straight(paper: Any) -> bool:
    """Whether a PA goes from Overdue to Lapsed without ever being Suspended."""
    return GONE.of(paper) <= STOPS.of(paper)


def days_to_order(paper: Any) -> int:
    """Return how many days the order of a PA could take, as its own dates have it."""
    return (paper.due_on - paper.created_on).days


def has_ended_by(paper: Any, date: dt.date) -> bool:
    """Return whether the licenses of a PA are over by a date, whatever its state."""
    return date > paper.usable_until_on


def stops_on(paper: Any) -> dt.date:
    """Return the first day the licenses of a PA do not work if no order comes."""
    return min(STOPS.of(paper), paper.usable_until_on + dt.timedelta(days=1))


# As SQL, for statements that compute with many PAs: no one has ordered or cancelled it.
AWAITS_ORDER = "order_id IS NULL AND cancelled_at IS NULL"


def _until_returned(today: dt.date | Combinable) -> Rules[Status]:
    """Return the rules of all states but Returned, which is Ordered without its returns.

    Plain comparisons of columns, which an index answers.
    """
    return Rules(
        [
            (Status.ORDERED, Q(order__isnull=False)),
            (Status.CANCELLED, Q(cancelled_at__isnull=False)),
            (Status.LAPSED, GONE.reached(today)),
            (Status.SUSPENDED, STOPS.reached(today)),
            (Status.OVERDUE, PAST_DUE_FROM.reached(today)),
        ],
        otherwise=Status.PENDING,
    )


def rules(today: dt.date | Combinable) -> Rules[Status]:
    """Return the rules on a day; `today` is a date, or a date expression judged row by row.

    `is_returned` says that nothing of a PA's order lines was kept; its queryset annotates it.
    """
    rest = _until_returned(today)
    returned = (Status.RETURNED, Q(order__isnull=False, is_returned=True))
    return Rules([returned, *rest.ordered], rest.otherwise)


def when_open(today: dt.date | Combinable) -> Q:
    """Return the condition of all states in which an order is awaited: no other one holds."""
    settled = (Status.ORDERED, Status.CANCELLED, Status.LAPSED)
    return _until_returned(today).none_of(*settled)


def when(state: Status, today: dt.date | Combinable) -> Q:
    """Return the condition of one state alone, of those in which an order is awaited or lapsed."""
    return _until_returned(today).only(state)

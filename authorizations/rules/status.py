"""The state of a purchase authorization (PA): one ordered rule list, one SQL expression.

Facts and today decide; nothing is stored. Whoever wonders "when is a PA overdue" finds it
in RULES and changes it there, for lists, details, admin, mail and night alike.
"""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.expressions import Combinable
from django.utils.functional import classproperty
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """The states of rules section 2, "Purchase authorization"."""

    PENDING = "pending", _("Pending")
    OVERDUE = "overdue", _("Overdue")
    SUSPENDED = "suspended", _("Suspended")
    LAPSED = "lapsed", _("Lapsed")
    ORDERED = "ordered", _("Ordered")
    CANCELLED = "cancelled", _("Cancelled")
    RETURNED = "returned", _("Returned")

    @classproperty
    def PAST_DUE(cls) -> tuple[str, ...]:
        """The states that block new PAs of the customer."""
        return (Status.OVERDUE, Status.SUSPENDED)

    @classproperty
    def OPEN(cls) -> tuple[str, ...]:
        """The states in which an order is still awaited and licenses are held."""
        return (Status.PENDING, *Status.PAST_DUE)

    @property
    def tone(self) -> str:
        """Return the tone of the badge."""
        return _TONES[self]

    @property
    def meaning(self) -> str:
        """Return what the state means, in words."""
        return str(_MEANINGS[self])


_TONES = {
    Status.PENDING: "info",
    Status.OVERDUE: "warn",
    Status.SUSPENDED: "bad",
    Status.LAPSED: "quiet",
    Status.ORDERED: "good",
    Status.CANCELLED: "quiet",
    Status.RETURNED: "quiet",
}

_MEANINGS = {
    Status.PENDING: _("Licenses are usable; the order is not due yet."),
    Status.OVERDUE: _("The order is late. Licenses still work; new PAs are blocked."),
    Status.SUSPENDED: _("The order is late for so long that the licenses have stopped working."),
    Status.LAPSED: _("It was never ordered, and its term is over; the licenses are gone."),
    Status.ORDERED: _("An order covers it; the licenses are paid."),
    Status.CANCELLED: _("It was cancelled before it was ordered; the licenses are gone."),
    Status.RETURNED: _("Its order was returned in full; the licenses are gone."),
}


def rules(today: dt.date | Combinable) -> list[tuple[Status, Q]]:
    """Return state and condition, in the order they are tried; `today` a date or expression."""
    return [
        (Status.RETURNED, Q(returned_at__isnull=False)),
        (Status.ORDERED, Q(order__isnull=False)),
        (Status.CANCELLED, Q(cancelled_at__isnull=False)),
        (Status.LAPSED, Q(lapses_on__lte=today)),
        (Status.SUSPENDED, Q(suspends_on__lt=today)),
        (Status.OVERDUE, Q(due_on__lt=today)),
    ]


def status_expression(today: dt.date | Combinable) -> Case:
    """Return the state as SQL; Pending where no rule holds."""
    return Case(
        *(When(condition, then=Value(state)) for state, condition in rules(today)),
        default=Value(Status.PENDING),
        output_field=models.CharField(choices=Status.choices),
    )


def when(state: Status, today: dt.date | Combinable) -> Q:
    """Return the condition of a state by itself: its own rule holds, and none before it."""
    condition = Q()
    for other, holds in rules(today):
        if other == state:
            return condition & holds
        condition &= ~holds
    return condition


def when_open(today: dt.date | Combinable) -> Q:
    """Return the condition of all states in which an order is awaited: no other one holds.

    Those come first in the rules, so that plain comparisons remain, which an index answers.
    """
    condition = Q()
    for state, holds in rules(today):
        if state not in Status.OPEN:
            condition &= ~holds
    return condition

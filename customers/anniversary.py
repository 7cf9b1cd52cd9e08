"""The anniversary date (AD) on a day: it follows from the first one, the calendar and renewals.

It moves 12 months on when its renewal window has closed, and before that on the day its term is
renewed as a whole. What says so is stored: the first date with its original day of the month, and
the date whose renewal is settled, with the day from which it is. Nothing has to be written on the
day it moves. `anniversary_on` is the date as last written down, for sorting and for the activity.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import DateField, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from reseller_console.lib.clock import TodayIn
from reseller_console.tenancy.models import Day, ProgramTerms

WINDOW_CLOSES_DAYS = 30

_FACTS = (
    "first_anniversary_on",
    "anniversary_day",
    "renewed_anniversary_on",
    "renewed_from_on",
)


def closes_days_today(*, program: str, time_zone: str) -> Combinable:
    """Return as SQL how many days the renewal window stays open by the terms in force today.

    `program` and `time_zone` name the fields that hold them; before a program's first
    terms, those count.
    """
    days = "renewal_closes_days"
    terms = ProgramTerms.objects.filter(program=OuterRef(program))
    begun = terms.filter(effective_on__lte=TodayIn(OuterRef(time_zone)))
    newest, first = begun.order_by("-effective_on"), terms.order_by("effective_on")
    return Coalesce(Subquery(newest.values(days)[:1]), Subquery(first.values(days)[:1]))


def anniversary_sql(first: str, original_day: str, *, renewed: str, renewed_from: str) -> str:
    """Return the AD that holds `today` as SQL, from its facts as SQL, by the `closes` days."""
    facts = (first, original_day, renewed, renewed_from)
    return f"console_anniversary({', '.join(facts)}, %(today)s, %(closes)s)"


def shown_anniversary_sql(customer: str) -> str:
    """Return the AD that holds `today` as SQL, of a customer's alias, by the `closes` days."""
    first, original_day, renewed, renewed_from = (f"{customer}.{name}" for name in _FACTS)
    return anniversary_sql(first, original_day, renewed=renewed, renewed_from=renewed_from)


class ShownAnniversary(Func):
    """The AD that holds on `today` (a date, or a date expression), NULL when there is none."""

    function = "console_anniversary"
    output_field = DateField()

    def __init__(
        self,
        today: dt.date | Combinable,
        closes_days: int | Combinable = WINDOW_CLOSES_DAYS,
        prefix: str = "",
    ) -> None:
        if isinstance(today, dt.date):
            today = Value(today, output_field=DateField())
        super().__init__(
            *(F(f"{prefix}{name}") for name in _FACTS),
            today,
            Value(closes_days) if isinstance(closes_days, int) else closes_days,
        )


def write_moves(customers: QuerySet[Any], *, day: Day) -> int:
    """Write down every date that has moved on by `day`; return of how many customers.

    They are locked, or new; the activity is the caller's to write.
    """
    shown = ShownAnniversary(day.today, day.terms.renewal_closes_days)
    return customers.filter(has_moved(day)).update(anniversary_on=shown)


def has_moved(day: Day) -> Q:
    """Return the condition that a customer's date has moved on since it was written down."""
    first_open, _last = day.ready_span()
    settled = Q(renewed_anniversary_on=F("anniversary_on"), renewed_from_on__lte=day.today)
    return Q(anniversary_on__lt=first_open) | settled

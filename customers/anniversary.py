"""The anniversary date (AD) on a day: stored as last written down, moved on when it is read.

The date moves 12 months on `rolls_on`; after that, with no one writing, on each AD + the
days the renewal window stays open + 1. Screens derive it with the SQL function below,
every action and the night write it down with `write_rolls`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import DateField, F, Func, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from reseller_console.lib.clock import TodayIn
from reseller_console.tenancy.models import ProgramTerms

WINDOW_CLOSES_DAYS = 30


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


def shown_anniversary_sql(customer: str) -> str:
    """Return the AD that holds `today` as SQL, of a customer's alias, by the `closes` days."""
    dates = (f"{customer}.{name}" for name in ("anniversary_on", "anniversary_day", "rolls_on"))
    return f"console_shown_anniversary({', '.join(dates)}, %(today)s, %(closes)s)"


class ShownAnniversary(Func):
    """The AD that holds on `today` (a date, or a date expression), NULL when there is none."""

    function = "console_shown_anniversary"
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
            F(f"{prefix}anniversary_on"),
            F(f"{prefix}anniversary_day"),
            F(f"{prefix}rolls_on"),
            today,
            Value(closes_days) if isinstance(closes_days, int) else closes_days,
        )


def write_rolls(customers: QuerySet[Any], *, today: dt.date, closes_days: int) -> int:
    """Write down every anniversary date that has moved on by `today`; return of how many customers.

    The day it moves next is set to the end of the new window; the rollup that follows
    makes it earlier where everything is renewed already.
    """
    shown = ShownAnniversary(today, closes_days)
    return customers.filter(rolls_on__lte=today).update(
        anniversary_on=shown,
        rolls_on=Func(
            shown,
            Value(closes_days + 1),
            template="(%(expressions)s)",
            arg_joiner=" + ",
            output_field=DateField(),
        ),
    )

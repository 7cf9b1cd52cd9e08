"""The dates set when a purchase is created: due, suspended, lapses, and what it counts to.

They are stored with the purchase and stay, even if the program's terms change.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from reseller_console.lib.calendar import YEAR, add_months, first_anniversary_after
from reseller_console.tenancy.models import ProgramTerms


@dataclass(frozen=True)
class Term:
    """The term a purchase falls into: the anniversary date it counts to."""

    counts_to: dt.date
    anniversary_day: int
    usable_until_on: dt.date

    @property
    def gone_on(self) -> dt.date:
        """The day its licenses are gone, when the AD has moved on whatever was renewed."""
        return self.usable_until_on + dt.timedelta(days=1)


@dataclass(frozen=True)
class AuthorizationDates(Term):
    """All dates of a purchase authorization."""

    due_on: dt.date
    suspends_on: dt.date
    lapses_on: dt.date


def term_of(
    date: dt.date, *, terms: ProgramTerms, anniversary: dt.date | None, day: int | None
) -> Term:
    """Return the term a purchase dated `date` falls into.

    `anniversary` and its original day of month `day` are the customer's; without any, the
    purchase sets it: its date + 12 months. Dated on or after it, it belongs to the next term.
    """
    if anniversary is None or day is None:
        counts_to, day = add_months(date, YEAR), date.day
    else:
        counts_to = first_anniversary_after(date, anniversary=anniversary, day=day)
    return Term(counts_to, day, terms.usable_until(counts_to))


def born_with(
    created_on: dt.date, *, terms: ProgramTerms, anniversary: dt.date | None, day: int | None
) -> AuthorizationDates:
    """Return the dates of a PA created on `created_on` under `terms`.

    It lapses the day after its suspension could begin, or after its licenses end at the
    anniversary date + 30 days, whichever is later (rules section 2).
    """
    term = term_of(created_on, terms=terms, anniversary=anniversary, day=day)
    one = dt.timedelta(days=1)
    suspends_on = created_on + dt.timedelta(days=terms.suspended_after_days)
    return AuthorizationDates(
        counts_to=term.counts_to,
        anniversary_day=term.anniversary_day,
        usable_until_on=term.usable_until_on,
        due_on=created_on + dt.timedelta(days=terms.order_due_days),
        suspends_on=suspends_on,
        lapses_on=max(suspends_on, term.usable_until_on) + one,
    )

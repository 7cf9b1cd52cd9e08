"""The dates set when a purchase is created: due, suspended, lapses, and what it counts to.

They are stored with the purchase and stay, even if the program's terms change; ops alone re-date
what awaits its order (`authorizations.actions.redate`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from types import SimpleNamespace

from authorizations.rules.edges import Edge, Later
from customers.models import Customer
from reseller_console.lib.calendar import YEAR, add_months, first_anniversary_after
from reseller_console.tenancy.models import ProgramTerms

_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Term:
    """The term a purchase falls into: the anniversary date it counts to."""

    counts_to: dt.date
    anniversary_day: int
    usable_until_on: dt.date


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

    `anniversary` and its original day of month `day` are those of the customer's first AD, so
    that a date of a former term finds it; without any, the purchase sets it: its date + 12 months.
    Dated on or after an AD, it belongs to the next term.
    """
    if anniversary is None or day is None:
        counts_to, day = add_months(date, YEAR), date.day
    else:
        counts_to = first_anniversary_after(date, anniversary=anniversary, day=day)
    return Term(counts_to, day, terms.usable_until(counts_to))


def term_of_customer(customer: Customer, date: dt.date, *, terms: ProgramTerms) -> Term:
    """Return the term that an order of the customer dated `date` falls into.

    Before the customer was invited, as of one that was imported, terms are counted back from the
    first AD that is known here: an order is never of use for 12 months too long.
    """
    anniversary, day = customer.first_anniversary_on, customer.anniversary_day
    if anniversary is not None and day is not None and date < customer.invited_on:
        while (before := add_months(anniversary, -YEAR, day=day)) > date:
            anniversary = before
    return term_of(date, terms=terms, anniversary=anniversary, day=day)


def renewed_by(customer: Customer, date: dt.date, *, terms: ProgramTerms) -> dt.date | None:
    """Return the AD whose renewal window holds `date`; None without any.

    A renewal order of that date renews the term that ends at it, whenever it is recorded.
    """
    anniversary, day = customer.first_anniversary_on, customer.anniversary_day
    if anniversary is None or day is None:
        return None
    first, last = terms.renewal_window.anniversaries(date)
    found = first_anniversary_after(first - _ONE_DAY, anniversary=anniversary, day=day)
    return found if found <= last else None


def dates_under(terms: ProgramTerms) -> dict[str, Edge | Later]:
    """Return the dates `terms` give a PA, each by its column, as days of what the PA is.

    For one PA in Python and for many in SQL, from its `created_on` and `counts_to`. It lapses
    the day after its suspension could begin, or after its licenses end at the anniversary
    date + 30 days, whichever is later (rules section 2).
    """
    suspends_on = Edge("created_on", terms.suspended_after_days)
    usable_until_on = Edge("counts_to", terms.renewal_window.last)
    return {
        "due_on": Edge("created_on", terms.order_due_days),
        "suspends_on": suspends_on,
        "usable_until_on": usable_until_on,
        "lapses_on": Later(suspends_on.earlier(-1), usable_until_on.earlier(-1)),
    }


def born_with(
    created_on: dt.date, *, terms: ProgramTerms, anniversary: dt.date | None, day: int | None
) -> AuthorizationDates:
    """Return the dates of a PA created on `created_on` under `terms`."""
    term = term_of(created_on, terms=terms, anniversary=anniversary, day=day)
    made = SimpleNamespace(created_on=created_on, counts_to=term.counts_to)
    return AuthorizationDates(
        counts_to=term.counts_to,
        anniversary_day=term.anniversary_day,
        **{name: edge.of(made) for name, edge in dates_under(terms).items()},
    )

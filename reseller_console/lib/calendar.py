"""Arithmetic of anniversary dates and months.

An anniversary date (AD) remembers the day of the month it was born with: day 29 to 31 is
clamped to a shorter month's last day and comes back in longer months.
"""

from __future__ import annotations

import calendar
import datetime as dt

YEAR = 12


def add_months(date: dt.date, months: int, *, day: int | None = None) -> dt.date:
    """Return the date `months` whole months later, on day `day` of that month.

    `day` (1 to 31; the date's own day unless given) is clamped to the month's last day.
    """
    year, month = divmod(date.year * YEAR + date.month - 1 + months, YEAR)
    first = date.replace(year=year, month=month + 1, day=1)
    last = calendar.monthrange(first.year, first.month)[1]
    return first.replace(day=min(day or date.day, last))


def next_anniversary(anniversary: dt.date, *, day: int) -> dt.date:
    """Return the AD 12 months after `anniversary`, whose original day of month is `day`."""
    return add_months(anniversary, YEAR, day=day)


def first_anniversary_after(date: dt.date, *, anniversary: dt.date, day: int) -> dt.date:
    """Return the first AD later than `date`, counting on from `anniversary`.

    A purchase dated on the AD itself belongs to the next term.
    """
    while anniversary <= date:
        anniversary = next_anniversary(anniversary, day=day)
    return anniversary


def proration_start(date: dt.date, *, day: int) -> dt.date:
    """Return the first monthly proration date on or after `date`.

    The monthly proration date is the AD's original day of month, clamped.
    """
    this_month = add_months(date, 0, day=day)
    return this_month if this_month >= date else add_months(date, 1, day=day)


def months_to_order(created_on: dt.date, *, counts_to: dt.date, day: int) -> int:
    """Return the whole months to order from a purchase's date to the end of its term.

    Counted from the first monthly proration date on or after `created_on` to `counts_to`
    (the AD the purchase counts to, original day of month `day`); at least 1.
    """
    start = proration_start(created_on, day=day)
    return max(1, (counts_to.year - start.year) * YEAR + counts_to.month - start.month)


def custom_anniversary_bounds(
    invited_on: dt.date, *, longest_months: int
) -> tuple[dt.date, dt.date]:
    """Return the earliest and the latest custom AD for an invitation of `invited_on`.

    From 12 months and 1 day to `longest_months` months after the invitation. The month is
    clamped before the day is added: 2024-02-29 gives 2025-03-01 as the earliest.
    """
    earliest = add_months(invited_on, YEAR) + dt.timedelta(days=1)
    return earliest, add_months(invited_on, longest_months)

"""The rules in plain words, with the numbers of the reseller's own program: `/help/`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.doors import ColleagueRequest, door
from customers.standing import FILTERS
from reseller_console.lib.calendar import (
    first_anniversary_after,
    months_to_order,
    proration_start,
)


@dataclass(frozen=True)
class WorkedDuration:
    """One line of the worked example: how long a license has to be ordered for."""

    anniversary: dt.date
    created_on: dt.date
    why: str | Promise
    original_day: int = 0

    @property
    def day(self) -> int:
        """The day of the month the anniversary date was born with."""
        return self.original_day or self.anniversary.day

    @property
    def counts_to(self) -> dt.date:
        """The end of the term that is ordered."""
        return first_anniversary_after(self.created_on, anniversary=self.anniversary, day=self.day)

    @property
    def counted_from(self) -> dt.date:
        """The first monthly proration date on or after the authorization's date."""
        return proration_start(self.created_on, day=self.day)

    @property
    def months(self) -> int:
        """Whole months to order."""
        return months_to_order(self.created_on, counts_to=self.counts_to, day=self.day)

    @property
    def days(self) -> int:
        """Days of use, from the authorization's date to the end of the term."""
        return (self.counts_to - self.created_on).days


EXAMPLES = (
    WorkedDuration(
        dt.date(2025, 1, 15), dt.date(2024, 3, 15), _("Created on a monthly date: it counts.")
    ),
    WorkedDuration(
        dt.date(2025, 1, 15),
        dt.date(2024, 3, 20),
        _("Created between two monthly dates: the rest of that month is free."),
    ),
    WorkedDuration(dt.date(2025, 1, 15), dt.date(2025, 1, 14), _("Never less than one month.")),
    WorkedDuration(
        dt.date(2025, 1, 15),
        dt.date(2025, 1, 15),
        _("On the anniversary date itself the next term begins."),
    ),
    WorkedDuration(
        dt.date(2027, 3, 31),
        dt.date(2025, 10, 10),
        _("A custom anniversary date gives a longer first term."),
    ),
    WorkedDuration(
        dt.date(2026, 2, 28),
        dt.date(2025, 3, 1),
        _("Born on the 29th: it is the 28th in a short February only."),
        original_day=29,
    ),
)


@door()
def help_page(request: ColleagueRequest) -> HttpResponse:
    """Explain the console to those who work with it."""
    context = {
        "terms": request.day.terms,
        "reseller": request.user.reseller,
        "filters": FILTERS,
        "examples": EXAMPLES,
    }
    return render(request, "help/help.html", context)

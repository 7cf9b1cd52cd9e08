"""Everything the workbench shows for one address, gathered for its template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from authorizations.workbench.forecast import Amount, Forecast, Month
from authorizations.workbench.listing import EXPORT_PATH, SHOWS, WORKBOOK_PATH, Workbench
from authorizations.workbench.page import Page, Row, page_of
from reseller_console.accounts.models import User
from reseller_console.lib.lists import ListScreen, RailEntry, Switch, grouped
from reseller_console.tenancy.models import Day

_SIX_DAYS = dt.timedelta(days=6)
# The chart in its own units: so wide is a month, so high the highest bar.
_STEP, _BAR, _HIGHEST, _TOP = 60, 44, 96, 22


@dataclass(frozen=True)
class Week:
    """Rows whose last day is in one week, and how much there is in that week in all."""

    monday: dt.date
    amount: Amount
    rows: Sequence[Row]

    @property
    def sunday(self) -> dt.date:
        """The last day of the week."""
        return self.monday + _SIX_DAYS

    @property
    def amount_text(self) -> str:
        """How many customers and licenses, in words."""
        return amount_in_words(self.amount)


@dataclass(frozen=True)
class Bar:
    """A month of the forecast as a bar: its place in the chart, and the list it leads to."""

    month: Month
    path: str
    chosen: bool
    x: int
    height: int

    @property
    def y(self) -> int:
        """The upper edge."""
        return _TOP + _HIGHEST - self.height

    @property
    def middle(self) -> int:
        """Where its texts are centered."""
        return self.x + _BAR // 2

    @property
    def text_y(self) -> int:
        """The line its number is on."""
        return self.y - 6

    @property
    def label(self) -> str:
        """The month, such as "Nov"."""
        return date_format(self.month.first, "M")

    @property
    def name(self) -> str:
        """The month in full, such as "November 2026"."""
        return date_format(self.month.first, "F Y")

    @property
    def licenses(self) -> str:
        """How many licenses are to renew, as people write it."""
        return grouped(self.month.amount.licenses)

    @property
    def amount_text(self) -> str:
        """How many customers and licenses, in words."""
        return amount_in_words(self.month.amount)


@dataclass(frozen=True)
class Screen(ListScreen):
    """The page: what was asked for, the filters and their counts, the rows by week, the year."""

    listing: Workbench
    page: Page
    forecast: Forecast

    @property
    def title(self) -> str:
        """What the list is called: its filter, or its month."""
        if self.listing.month:
            return date_format(self.listing.month, "F Y")
        return str(self.listing.show.label)

    @property
    def hint(self) -> str:
        """What the list holds, and what to do about it."""
        if self.listing.month:
            return gettext("Everything to renew whose anniversary date is in this month.")
        return str(self.listing.show.meaning)

    @property
    def may_notify(self) -> bool:
        """Whether customers on the list can be notified: those of a month ahead cannot."""
        return self.listing.month is None

    @property
    def switches(self) -> list[Switch]:
        """The switch in force or not."""
        return [self.mine]

    @property
    def export_path(self) -> str:
        """The address of the same list as a file."""
        return self.listing.at_start().path(EXPORT_PATH)

    @property
    def workbook_path(self) -> str:
        """The address of the same list as an Excel workbook."""
        return self.listing.at_start().path(WORKBOOK_PATH)

    @property
    def weeks(self) -> list[Week]:
        """The page's rows by the week of their last day."""
        day = self.forecast.day
        found = []
        for monday, rows in groupby(self.page.rows, key=lambda row: row.week):
            first, _last = day.terms.renewal_window.anniversaries(monday)
            amount = self.forecast.between(first, first + _SIX_DAYS)
            found.append(Week(monday, amount, list(rows)))
        return found

    @property
    def bars(self) -> list[Bar]:
        """The months ahead as bars."""
        months = self.forecast.months()
        most = max(month.amount.licenses for month in months) or 1
        return [
            Bar(
                month,
                self.listing.at_start(month=month.first, q="").path(),
                month.first == self.listing.month,
                x=number * _STEP,
                height=round(_HIGHEST * month.amount.licenses / most),
            )
            for number, month in enumerate(months)
        ]

    def counted(self, number: int, text: str) -> str:
        """Return so many customers in words."""
        return ngettext("%(n)s customer", "%(n)s customers", number) % {"n": text}


def amount_in_words(amount: Amount) -> str:
    """Return "3 customers, 120 licenses"."""
    customers = ngettext("%(n)s customer", "%(n)s customers", amount.customers)
    licenses = ngettext("%(n)s license", "%(n)s licenses", amount.licenses)
    told = customers % {"n": grouped(amount.customers)}, licenses % {"n": grouped(amount.licenses)}
    return ", ".join(told)


def screen_of(listing: Workbench, user: User, day: Day) -> Screen:
    """Gather the page for what `listing` asks, as `user` may see it on `day`."""
    forecast = Forecast(user, day, mine=listing.mine)
    rail = []
    for show in SHOWS:
        count = forecast.between(*show.span(day)).customers
        path = listing.at_start(show=show, month=None).path()
        chosen = show is listing.show and listing.month is None
        rail.append(RailEntry(show.label, count, grouped(count), path, chosen))
    return Screen(listing, rail, page_of(listing, user, day, forecast), forecast)

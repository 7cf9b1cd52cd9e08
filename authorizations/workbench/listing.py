"""The workbench as an address asks for it: filter, month, switch, search and place.

What is unknown in the address falls back to the usual; nothing in it can make the page fail.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.earlier_days import ids_then
from customers.models import Customer, CustomerQuerySet
from customers.standing import renewal_is_over, renewal_to_come, renews_within
from reseller_console.accounts.models import User
from reseller_console.lib.calendar import add_months
from reseller_console.lib.lists import (
    Ids,
    Key,
    ListAddress,
    hits,
    ids_as_sql,
    matching,
    read_date,
    read_id,
)
from reseller_console.tenancy.models import Day

PATH = "/renewals/"
EXPORT_PATH, WORKBOOK_PATH = f"{PATH}export.csv", f"{PATH}export.xlsx"
SLUG = "last-day"
_MONTH = re.compile(r"(2\d{3})-(0[1-9]|1[0-2])")

Span = tuple[dt.date, dt.date]


@dataclass(frozen=True)
class Show:
    """One filter of the workbench; `span` says which anniversary dates it holds on a day."""

    slug: str
    label: str | Promise
    meaning: str | Promise
    none: str | Promise
    span: Callable[[Day], Span]


SHOWS = (
    Show(
        "",
        _("To renew"),
        _("The renewal window is open or opens soon, and something is not renewed yet."),
        _("Nothing is to renew now. Renewals appear here before their window opens."),
        lambda day: (day.ready_span()[0], day.upcoming_span()[1]),
    ),
    Show(
        "ready",
        _("Ready for Renewal"),
        _("Place these orders now: what is not renewed on the last day is removed the day after."),
        _("No renewal window with something left to renew is open."),
        Day.ready_span,
    ),
    Show(
        "upcoming",
        _("Upcoming Renewals"),
        _("Their window opens soon. Notify these customers, so that the order is ready in time."),
        _("No renewal window opens soon."),
        Day.upcoming_span,
    ),
)
BY_SLUG = {show.slug: show for show in SHOWS}
ALL = SHOWS[0]


@dataclass(frozen=True)
class Workbench(ListAddress):
    """One list of renewals; `month` is the first day of the month of their anniversary dates."""

    is_dated = True

    show: Show = ALL
    month: dt.date | None = None
    mine: bool = False

    @classmethod
    def own(cls, query: Mapping[str, str]) -> dict[str, Any]:
        """Read filter, month and switch."""
        month = _MONTH.fullmatch(query.get("month", ""))
        return {
            "show": BY_SLUG.get(query.get("show", ""), ALL),
            "month": dt.date(int(month[1]), int(month[2]), 1) if month else None,
            "mine": query.get("mine") == "1",
        }

    def narrowing(self) -> dict[str, str]:
        """Return the filter, the month and the switch."""
        return {
            "show": "" if self.month else self.show.slug,
            "month": f"{self.month:%Y-%m}" if self.month else "",
            "mine": "1" if self.mine else "",
        }

    def path(self, path: str = PATH, **more: str) -> str:
        """Return the address of this list, or of another shape of it below `path`."""
        return self.below(path, **more)

    def span(self, day: Day) -> Span:
        """Return the first and the last anniversary date on the list."""
        if self.month is None:
            return self.show.span(day)
        return self.month, add_months(self.month, 1) - dt.timedelta(days=1)

    def customers(self, user: User, day: Day) -> CustomerQuerySet:
        """Return the customers on the list with `term_ends_on`, unsorted."""
        rows = Customer.objects.of(user)
        if self.mine:
            rows = rows.managed_by_user(user)
        if self.searches:
            few = hits(rows.filter(matching(self.q)))
            found = matching(self.q) if few.ids is None else Q(pk__in=ids_as_sql(few.ids))
            rows = rows.filter(found)
        rows = rows.annotate(term_ends_on=renewal_date(user, day))
        then = self._few_then(user, day) if day.is_past else None
        if then is not None:
            return rows.filter(pk__in=then)
        # Without the second condition no index would help where the date is looked at by row.
        first, last = self.span(day)
        return rows.filter(renews_within(first, last), term_ends_on__range=(first, last))

    def _few_then(self, user: User, day: Day) -> Ids | None:
        """Return who is on the list of an earlier day, the search aside; None for many."""
        first, last = self.span(day)
        rows = Customer.objects.of(user).annotate(term_ends_on=renewal_to_come(day))
        rows = rows.filter(term_ends_on__range=(first, last))
        rows = rows.managed_by_user(user) if self.mine else rows
        return ids_then(rows, f"renews {first} {last}", user, day, mine=self.mine)

    def keys(self, user: User, day: Day) -> list[Key]:
        """Return what the list is sorted by: the window that closes first comes first."""
        return [
            Key("term_ends_on", renewal_date(user, day), read_date),
            Key("id", F("id"), read_id),
        ]


def renewal_date(user: User, day: Day) -> F | Case:
    """Return the anniversary date of a customer's renewal that is not over.

    It is a column, which an index is sorted by. Until a night has found that a window is closed,
    the next one's date is looked at row by row.
    """
    unwritten = day.is_past or Customer.objects.of(user).filter(renewal_is_over(day)).exists()
    return renewal_to_come(day) if unwritten else F("renewal_on")

"""Any list as of another date, in its address as `as_of`: read only, and marked.

A later day shows today's facts under that calendar, an earlier one what was recorded by its end
(docs/decisions/0606-any-list-as-of-another-date.md). Nothing asks the rules anew: they are given
that day and, for an earlier one, the tables as they stood (`lib/earlier.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from customers.doors import ColleagueRequest
from customers.tally import first_invited_on
from reseller_console.accounts.models import User
from reseller_console.lib.calendar import YEAR, add_months
from reseller_console.lib.earlier import as_recorded_by, each_as_recorded_by
from reseller_console.lib.lists import ListAddress, ListFile
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.models import Day


@dataclass(frozen=True)
class AsOf:
    """The day that is shown, to whom: today, or the one an address asks for."""

    day: Day
    user: User
    # None for today, also where another day was asked for and is `refused` with a sentence.
    date: dt.date | None = None
    refused: str = ""
    asked: str = ""
    last: dt.date | None = None

    @property
    def query(self) -> str:
        """What keeps the day in the address of another page; blank for today."""
        return f"?as_of={self.date.isoformat()}" if self.date else ""

    @property
    def also(self) -> str:
        """The same behind other parameters."""
        return self.query.replace("?", "&")

    @property
    def sentence(self) -> str:
        """What is shown; blank for today."""
        if self.date is None:
            return ""
        if self.day.is_past:
            said = _(
                "As of %(date)s: what was recorded by the end of that day. Read only. Names and"
                " contacts are today's, and a search looks in these."
            )
        else:
            said = _("As of %(date)s: today's facts under that calendar. Read only.")
        return said % {"date": long_date(self.date)}

    @contextmanager
    def read(self) -> Iterator[None]:
        """Read, within the block, the tables as they stood, where the day is an earlier one."""
        with as_recorded_by(self.day.today) if self.day.is_past else nullcontext():
            yield

    def file(self, file: ListFile) -> ListFile:
        """Return a file that is read as of the day; its name says so."""
        if self.date is None:
            return file
        batches = each_as_recorded_by(self.date, file.batches) if self.day.is_past else file.batches
        return replace(
            file, name=file.name.replace(f"-{self.date}", f"-as-of-{self.date}"), batches=batches
        )


@contextmanager
def as_of[Address: ListAddress](
    request: ColleagueRequest, listing: Address
) -> Iterator[tuple[Address, AsOf]]:
    """Read, within the block, as of the day a list's address asks for; show it as a viewer may.

    The list comes back without the day where that is refused, or is today.
    """
    shown = day_of(request, listing.as_of, wrong=listing.as_of_wrong)
    listing = replace(listing, as_of=shown.date)
    with shown.read():
        yield listing, shown


def day_of(request: ColleagueRequest, date: dt.date | None, *, wrong: str = "") -> AsOf:
    """Return the day to show for a date that was asked for, or for a text that is none."""
    today = request.day
    last = add_months(today.today, YEAR)
    refused = _("“%(text)s” is not a date such as 2026-05-03; this is today.") % {"text": wrong}
    asked = wrong
    if date is not None and date != today.today:
        asked, refused = date.isoformat(), _why_not(request, date, last)
        if not refused:
            day = request.reseller.day(date)
            day = replace(day, is_past=date < today.today)
            return AsOf(day, request.user.as_viewer(), date, "", asked, last)
    return AsOf(today, request.user, None, refused if asked else "", asked, last)


def _why_not(request: ColleagueRequest, date: dt.date, last: dt.date) -> str:
    """Return why a date cannot be shown; blank when it can."""
    if date > last:
        said = _("Lists are shown up to 12 months ahead, to %(last)s; this is today.")
        return said % {"last": long_date(last)}
    first = first_invited_on(request.reseller.pk) if date < request.day.today else None
    if first is not None and date < first:
        said = _("Your first customer was invited on %(first)s; this is today.")
        return said % {"first": long_date(first)}
    return ""

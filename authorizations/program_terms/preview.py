"""What saving program terms would mean, as the page says it before they are saved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from authorizations.program_terms.calendars import Calendar, Change, calendars
from authorizations.program_terms.filters import Move, Moves, filters_under
from authorizations.program_terms.past_due import PastDue, Tally, past_due_under
from reseller_console.lib.clock import today_in
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.models import ProgramTerms, Reseller

SHOWN = 25


@dataclass(frozen=True)
class Count:
    """A number of days, beside what it was; `old` is None where there were no terms."""

    label: str
    old: int | None
    new: int

    @property
    def differs(self) -> bool:
        """Whether it is another number."""
        return self.old != self.new


@dataclass(frozen=True)
class Row:
    """One reseller of the program: its open PAs, and those of its filters that move anywhere."""

    reseller: Reseller
    today: dt.date
    tally: Tally
    moving: list[Move]


@dataclass(frozen=True)
class Preview:
    """Everything the page says."""

    change: Change
    calendars: Sequence[Calendar]
    past_due: PastDue
    filters: Moves

    @property
    def counts(self) -> list[Count]:
        """The day counts, old and new."""
        return day_counts(self.change.compared, self.change.typed)

    @property
    def starts_later(self) -> bool:
        """Whether the day that is compared is another one than today."""
        return any(one.today.today != one.after.today for one in self.calendars)

    @property
    def compared_on(self) -> dt.date:
        """The day whose counts are compared; of several calendars the earliest one."""
        return min(
            (one.after.today for one in self.calendars), default=self.change.typed.effective_on
        )

    @cached_property
    def moving(self) -> list[Move]:
        """The filters that somebody leaves or joins because of the terms."""
        return [move for move in self.filters.total if move.leave or move.join]

    @property
    def still(self) -> list[Move]:
        """The filters with the same customers."""
        return [move for move in self.filters.total if move not in self.moving]

    @cached_property
    def rows(self) -> list[Row]:
        """The resellers, those with the most PAs that would be newly past due first."""
        slugs = {move.slug for move in self.moving}
        rows = [
            Row(
                reseller,
                one.today.today,
                self.past_due.of_resellers.get(reseller.pk, Tally()),
                [m for m in self.filters.of_resellers[reseller.pk] if m.slug in slugs],
            )
            for one in self.calendars
            for reseller in one.resellers
        ]
        return sorted(rows, key=_most_concerned)

    @property
    def closes_otherwise(self) -> bool:
        """Whether the renewal window closes on another day, and with it terms that go unrenewed."""
        return any(
            one.before.terms.renewal_closes_days != one.after.terms.renewal_closes_days
            for one in self.calendars
        )

    @property
    def shown_rows(self) -> list[Row]:
        """The first of them."""
        return self.rows[:SHOWN]

    @property
    def other_rows(self) -> int:
        """How many are not shown."""
        return len(self.rows) - len(self.shown_rows)

    @property
    def sentence(self) -> str:
        """From when to when the terms hold, and what saving them changes at once."""
        return _sentence(self.change, today_in("UTC"))


def _most_concerned(row: Row) -> tuple[int, int, str]:
    return -row.tally.newly_late, -row.tally.late, row.reseller.name


def preview(typed: ProgramTerms) -> Preview:
    """Return what saving `typed` would mean; reads only, some ten queries in all.

    The dates of PAs, orders and invitations stay in any case.
    """
    change = Change.of(typed)
    days = calendars(change)
    return Preview(change, days, past_due_under(typed, days), filters_under(days))


def day_counts(old: ProgramTerms | None, new: ProgramTerms) -> list[Count]:
    """Return each number of days of `new` by its name, beside that of `old` if there is one."""
    own = {"id", "program", "effective_on"}
    return [
        Count(
            capfirst(str(field.verbose_name)),
            None if old is None else getattr(old, field.name),
            getattr(new, field.name),
        )
        for field in ProgramTerms._meta.concrete_fields
        if field.name not in own
    ]


def _sentence(change: Change, today: dt.date) -> str:
    typed, stored, following = change.typed, change.stored, change.ends_before()
    dates = {"first": long_date(typed.effective_on)}
    if following is not None:
        dates["last"] = long_date(following.effective_on - dt.timedelta(days=1))
    if following is not None and following.effective_on <= today:
        return (
            _(
                "These terms are those of the past, %(first)s to %(last)s. Nothing follows them"
                " from today on, but an order recorded in that time is corrected by them."
            )
            % dates
        )
    begun = [row for row in (stored, typed) if row is not None and row.effective_on <= today]
    if stored is not None and stored.effective_on <= today:
        said = _(
            "These terms are in force already. Saving changes the renewal windows at once, and an"
            " order recorded since %(first)s is corrected by the new numbers of days. To change"
            " them from a later day on, add new terms instead."
        )
    elif begun:
        said = _("These terms are in force as soon as they are saved, from %(first)s on.")
    else:
        said = _("Nothing changes before %(first)s, the first day of these terms.")
    if following is not None:
        said = f"{said} " + _("They end on %(last)s, when other terms begin.")
    return said % dates

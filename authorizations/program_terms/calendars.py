"""The resellers of a program, each on its own day, before and after a change of its terms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reseller_console.tenancy.models import Day, ProgramTerms, Reseller


@dataclass(frozen=True)
class Change:
    """Terms of a program as they are typed, and all that are stored.

    `stored` is the row that is changed, as it is stored; None for a new one.
    """

    typed: ProgramTerms
    stored: ProgramTerms | None
    current: Sequence[ProgramTerms]

    @classmethod
    def of(cls, typed: ProgramTerms) -> Change:
        """Return the change that saving `typed` would be."""
        current = list(ProgramTerms.objects.filter(program_id=typed.program_id))
        stored = next((row for row in current if row.pk == typed.pk), None)
        return cls(typed, stored, current)

    @property
    def changed(self) -> list[ProgramTerms]:
        """The rows as they would be."""
        return [*(row for row in self.current if row.pk != self.typed.pk), self.typed]

    @property
    def begins_on(self) -> dt.date:
        """The first day on which anything is different."""
        dates = [row.effective_on for row in (self.typed, self.stored) if row is not None]
        return min(dates)

    @property
    def compared(self) -> ProgramTerms | None:
        """What the typed day counts stand beside: the stored row, or what is in force till then."""
        return self.stored or ProgramTerms.among(self.current, self.typed.effective_on)

    def ends_before(self) -> ProgramTerms | None:
        """Return the terms that follow the typed ones; None where they are the last."""
        later = [row for row in self.changed if row.effective_on > self.typed.effective_on]
        return min(later, key=lambda row: row.effective_on, default=None)


@dataclass(frozen=True)
class Calendar:
    """Resellers that share a day: today, and the day from which the change counts for them.

    `before` and `after` are the same date, under the stored terms and under the changed ones.
    """

    resellers: Sequence[Reseller]
    today: Day
    before: Day
    after: Day


def calendars(change: Change) -> list[Calendar]:
    """Return the resellers of the program by their today; none before the program has terms."""
    if not change.current:
        return []
    found = []
    for today, resellers in by_today(change.typed.program_id):
        date = max(today, change.begins_on)
        found.append(
            Calendar(
                resellers,
                today=_day(today, change.current),
                before=_day(date, change.current),
                after=_day(date, change.changed),
            )
        )
    return found


def _day(date: dt.date, rows: Iterable[ProgramTerms]) -> Day:
    terms = ProgramTerms.among(rows, date)
    assert terms is not None  # noqa: S101  (there is at least one row)
    return Day(date, terms)


def by_today(program_id: int) -> list[tuple[dt.date, list[Reseller]]]:
    """Return the resellers of a program by the date it is with them now."""
    days: dict[dt.date, list[Reseller]] = {}
    for reseller in Reseller.objects.filter(program=program_id).order_by("name"):
        days.setdefault(reseller.today(), []).append(reseller)
    return sorted(days.items())


def where_in_force(terms: ProgramTerms) -> list[tuple[dt.date, list[Reseller]]]:
    """Return the resellers under whose today these terms are in force, by that date."""
    rows = list(ProgramTerms.objects.filter(program_id=terms.program_id))
    return [
        (today, resellers)
        for today, resellers in by_today(terms.program_id)
        if ProgramTerms.among(rows, today) == terms
    ]

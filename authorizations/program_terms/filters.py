"""What moves in the filters of the left rail when other terms come into force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from authorizations.program_terms.calendars import Calendar
from customers.standing import FILTERS
from customers.tally import rails
from reseller_console.tenancy.models import Day, Reseller


@dataclass(frozen=True)
class Move:
    """A filter's customers: today, and on the first day of the terms without and with them."""

    slug: str
    label: str
    now: int = 0
    before: int = 0
    after: int = 0

    @property
    def difference(self) -> int:
        """How many more, or fewer, there are because of the terms."""
        return self.after - self.before

    def __add__(self, other: Move) -> Move:
        """Return the same filter of more resellers."""
        return replace(
            self,
            now=self.now + other.now,
            before=self.before + other.before,
            after=self.after + other.after,
        )


@dataclass(frozen=True)
class Moves:
    """The filters of all resellers together, and of each."""

    total: list[Move]
    of_resellers: dict[int, list[Move]]


def filters_under(calendars: Sequence[Calendar]) -> Moves:
    """Return the counts of each filter; three queries a date, however many resellers share it.

    The counts of a day to come are those of the facts as they are, if nothing else happens.
    """
    total = [Move(entry.slug, str(entry.label)) for entry in FILTERS]
    of_resellers: dict[int, list[Move]] = {}
    for one in calendars:
        now, before, after = (_counts(one.resellers, day) for day in _days(one))
        for pk in now:
            of_resellers[pk] = [
                replace(move, now=n, before=b, after=a)
                for move, n, b, a in zip(
                    [Move(entry.slug, str(entry.label)) for entry in FILTERS],
                    *(counts[pk].values() for counts in (now, before, after)),
                    strict=True,
                )
            ]
            total = [some + more for some, more in zip(total, of_resellers[pk], strict=True)]
    return Moves(total, of_resellers)


def _days(calendar: Calendar) -> tuple[Day, Day, Day]:
    return calendar.today, calendar.before, calendar.after


def _counts(resellers: Sequence[Reseller], day: Day) -> dict[int, dict[str, int]]:
    return rails([reseller.pk for reseller in resellers], day)

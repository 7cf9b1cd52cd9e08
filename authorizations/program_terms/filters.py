"""What moves in the filters of the left rail when other terms come into force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from authorizations.program_terms.calendars import Calendar
from customers.standing import FILTERS, common
from customers.tally import counts_within, rails


@dataclass(frozen=True)
class Move:
    """A filter's customers: today, and on the first day of the terms without and with them.

    `both` are in it either way.
    """

    slug: str
    label: str
    now: int = 0
    before: int = 0
    after: int = 0
    both: int = 0

    @property
    def leave(self) -> int:
        """How many are not in it because of the terms."""
        return self.before - self.both

    @property
    def join(self) -> int:
        """How many are in it because of the terms."""
        return self.after - self.both

    @property
    def difference(self) -> str:
        """How many more, or fewer, there are because of the terms, with its sign."""
        more = self.after - self.before
        return f"{'+' if more > 0 else '−'}{abs(more):,}" if more else "±0"

    def __add__(self, other: Move) -> Move:
        """Return the same filter of more resellers."""
        return replace(
            self,
            now=self.now + other.now,
            before=self.before + other.before,
            after=self.after + other.after,
            both=self.both + other.both,
        )


@dataclass(frozen=True)
class Moves:
    """The filters of all resellers together, and of each."""

    total: list[Move]
    of_resellers: dict[int, list[Move]]


def filters_under(calendars: Sequence[Calendar]) -> Moves:
    """Return the counts of each filter; four queries a date, however many resellers share it.

    The counts of a day to come are those of the facts as they are, if nothing else happens.
    """
    total = [Move(entry.slug, str(entry.label)) for entry in FILTERS]
    of_resellers: dict[int, list[Move]] = {}
    for one in calendars:
        for pk, moves in _of(one).items():
            of_resellers[pk] = moves
            total = [some + more for some, more in zip(total, moves, strict=True)]
    return Moves(total, of_resellers)


def _of(calendar: Calendar) -> dict[int, list[Move]]:
    """Return the filters of each reseller that shares the calendar."""
    ids = [reseller.pk for reseller in calendar.resellers]
    days = (calendar.today, calendar.before, calendar.after)
    now, before, after = (rails(ids, day) for day in days)
    both = counts_within(
        ids,
        {
            entry.slug: common(entry.bounds(calendar.before), entry.bounds(calendar.after))
            for entry in FILTERS
        },
    )
    return {
        pk: [
            Move(
                entry.slug,
                str(entry.label),
                *(counts[pk][entry.slug] for counts in (now, before, after, both)),
            )
            for entry in FILTERS
        ]
        for pk in ids
    }

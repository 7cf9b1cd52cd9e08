"""Which open PAs would be past due had they been created under other terms."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from authorizations.program_terms.blocks import judged, parameters
from authorizations.program_terms.calendars import Calendar
from authorizations.rules.status import Status
from reseller_console.tenancy.models import ProgramTerms

NAMED = 25
# What "would be past due" counts: a PA that would have lapsed had been past due before.
LATE = (*Status.PAST_DUE, Status.LAPSED)


class Late(NamedTuple):
    """A PA that would be past due, as it is named."""

    pk: int
    number: str
    customer: str
    vip_id: str
    reseller: str
    created_on: dt.date
    due_now: dt.date
    due_then: dt.date
    state_now: Status
    state_then: Status


@dataclass
class Tally:
    """How many open PAs are in which state now, and would be in which one then."""

    moves: Counter[tuple[Status, Status]] = field(default_factory=Counter)

    @property
    def open(self) -> int:
        """All open PAs."""
        return self.moves.total()

    @property
    def late_now(self) -> int:
        """Those past due by the dates they have."""
        return sum(n for (now, _then), n in self.moves.items() if now in LATE)

    @property
    def late(self) -> int:
        """Those that would be past due, or lapsed."""
        return sum(n for (_now, then), n in self.moves.items() if then in LATE)

    @property
    def newly_late(self) -> int:
        """Those of them that are not past due now."""
        both = self.moves.items()
        return sum(n for (now, then), n in both if then in LATE and now not in LATE)

    @property
    def late_no_more(self) -> int:
        """Those past due now that would not be."""
        both = self.moves.items()
        return sum(n for (now, then), n in both if now in LATE and then not in LATE)

    def then(self, state: Status) -> int:
        """Return how many would be in a state."""
        return sum(n for (_now, then), n in self.moves.items() if then == state)

    @property
    def overdue(self) -> int:
        """Those that would be overdue."""
        return self.then(Status.OVERDUE)

    @property
    def suspended(self) -> int:
        """Those that would be suspended."""
        return self.then(Status.SUSPENDED)

    @property
    def lapsed(self) -> int:
        """Those that would have lapsed."""
        return self.then(Status.LAPSED)


@dataclass(frozen=True)
class PastDue:
    """The answer for a program: in total, by reseller, and the first ones by name."""

    total: Tally
    of_resellers: dict[int, Tally]
    named: list[Late]

    @property
    def unnamed(self) -> int:
        """How many are only counted."""
        return self.total.late - len(self.named)


_COUNTS = """
SELECT reseller_id, state_now, state_then, count(*) FROM judged GROUP BY 1, 2, 3
"""
# Those come first that are not past due now, then those whose state would be another one.
_NAMED = """
SELECT judged.id, judged.number, customer.name, customer.vip_id, reseller.name,
       judged.created_on, judged.old_due_on, judged.due_on, state_now, state_then
FROM judged
JOIN customers_customer customer ON customer.id = judged.customer_id
JOIN tenancy_reseller reseller ON reseller.id = judged.reseller_id
WHERE state_then = ANY(%(late)s)
ORDER BY state_now = ANY(%(late)s), state_now = state_then, judged.due_on, judged.id LIMIT %(named)s
"""


def past_due_under(terms: ProgramTerms, calendars: Sequence[Calendar]) -> PastDue:
    """Return which open PAs would be past due today had they been created under `terms`.

    Each on its reseller's today; two queries, however many there are.
    """
    blocks = judged(terms)
    values = {
        **parameters((one.today.today, one.resellers) for one in calendars),
        "late": [str(state) for state in LATE],
        "named": NAMED,
    }
    total, of_resellers = Tally(), dict[int, Tally]()
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {blocks} {_COUNTS}", values)
        for reseller_id, now, then, count in cursor.fetchall():
            move = (Status(now), Status(then))
            for tally in (total, of_resellers.setdefault(reseller_id, Tally())):
                tally.moves[move] += count
        cursor.execute(f"WITH {blocks} {_NAMED}", values)
        named = [_late(row) for row in cursor.fetchall()]
    return PastDue(total, of_resellers, named)


def _late(row: tuple[Any, ...]) -> Late:
    *facts, now, then = row
    return Late._make([*facts, Status(now), Status(then)])

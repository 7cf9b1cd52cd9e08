"""Which open PAs would be re-dated by the terms in force: listed, and as a file."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import batched
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext_lazy as _

from authorizations.program_terms.blocks import DATES, MOVES, judged, parameters
from authorizations.program_terms.calendars import where_in_force
from authorizations.rules.status import Status
from reseller_console.lib.lists import FileColumn, ListFile
from reseller_console.tenancy.models import ProgramTerms

SHOWN = 100
BATCH = 1_000


class Dates(NamedTuple):
    """The dates that terms decide."""

    due_on: dt.date
    suspends_on: dt.date
    usable_until_on: dt.date
    lapses_on: dt.date


class Redated(NamedTuple):
    """A PA whose dates move: from which to which, and from which state to which today."""

    pk: int
    customer_id: int
    number: str
    created_on: dt.date
    old: Dates
    new: Dates
    state_now: Status
    state_then: Status

    @classmethod
    def from_row(cls, row: tuple[Any, ...]) -> Redated:
        """Return the PA of a row of `COLUMNS`."""
        old, new = Dates(*row[4:8]), Dates(*row[8:12])
        return cls._make([*row[:4], old, new, Status(row[12]), Status(row[13])])


COLUMNS = ", ".join(
    f"judged.{name}"
    for name in (
        *("id", "customer_id", "number", "created_on"),
        *(f"old_{name}" for name in DATES),
        *DATES,
        *("state_now", "state_then"),
    )
)


class Listed(NamedTuple):
    """A PA whose dates move, with who has it."""

    redated: Redated
    customer: str
    vip_id: str
    reseller: str


@dataclass(frozen=True)
class Redating:
    """What re-dating by `terms` changes now: counts by state, and the first ones."""

    terms: ProgramTerms
    states: list[tuple[Status, Status, int]]
    first: list[Listed]

    @property
    def count(self) -> int:
        """How many PAs change."""
        return sum(count for _now, _then, count in self.states)

    @property
    def unlisted(self) -> int:
        """How many are only counted."""
        return self.count - len(self.first)


_LISTED = f"""
SELECT {COLUMNS}, customer.name, customer.vip_id, reseller.name
FROM judged
JOIN customers_customer customer ON customer.id = judged.customer_id
JOIN tenancy_reseller reseller ON reseller.id = judged.reseller_id
WHERE {MOVES}
"""


def redating(terms: ProgramTerms) -> Redating:
    """Return what re-dating open PAs by these terms would change, where they are in force."""
    values = {**parameters(where_in_force(terms)), "shown": SHOWN}
    blocks = judged(terms)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {blocks} SELECT state_now, state_then, count(*) FROM judged"
            f" WHERE {MOVES} GROUP BY 1, 2",
            values,
        )
        states = Counter({(Status(now), Status(then)): n for now, then, n in cursor.fetchall()})
        cursor.execute(
            f"WITH {blocks} {_LISTED} ORDER BY state_now = state_then, judged.due_on, judged.id"
            " LIMIT %(shown)s",
            values,
        )
        first = [_listed(row) for row in cursor.fetchall()]
    return Redating(terms, [(*move, n) for move, n in states.most_common()], first)


def customers_to_redate(terms: ProgramTerms) -> list[int]:
    """Return the ids of the customers with a PA to re-date, reseller by reseller."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {judged(terms)} SELECT DISTINCT reseller_id, customer_id FROM judged"
            f" WHERE {MOVES} ORDER BY 1, 2",
            parameters(where_in_force(terms)),
        )
        return [customer_id for _reseller_id, customer_id in cursor.fetchall()]


def _listed(row: tuple[Any, ...]) -> Listed:
    return Listed(Redated.from_row(row), *row[-3:])


_FILE: tuple[FileColumn[Listed], ...] = (
    FileColumn(_("PA number"), lambda row: row.redated.number),
    FileColumn(_("Organization name"), lambda row: row.customer),
    FileColumn(_("VIP ID"), lambda row: row.vip_id),
    FileColumn(_("Reseller"), lambda row: row.reseller),
    FileColumn(_("Created on"), lambda row: row.redated.created_on),
    FileColumn(_("Due now"), lambda row: row.redated.old.due_on),
    FileColumn(_("Due then"), lambda row: row.redated.new.due_on),
    FileColumn(_("Suspended after, now"), lambda row: row.redated.old.suspends_on),
    FileColumn(_("Suspended after, then"), lambda row: row.redated.new.suspends_on),
    FileColumn(_("Last day of licenses, now"), lambda row: row.redated.old.usable_until_on),
    FileColumn(_("Last day of licenses, then"), lambda row: row.redated.new.usable_until_on),
    FileColumn(_("Lapses now"), lambda row: row.redated.old.lapses_on),
    FileColumn(_("Lapses then"), lambda row: row.redated.new.lapses_on),
    FileColumn(_("State now"), lambda row: str(row.redated.state_now.label)),
    FileColumn(_("State then"), lambda row: str(row.redated.state_then.label)),
)


def file_of(terms: ProgramTerms) -> ListFile:
    """Return every PA that re-dating would change, as a file."""
    heads = [column.label for column in _FILE]
    return ListFile(f"re-dating-{terms.effective_on.isoformat()}", heads, _cells(terms))


def _cells(terms: ProgramTerms) -> Iterator[list[list[object]]]:
    """Yield the cells in batches of customers; each batch is read when it is asked for."""
    days = where_in_force(terms)
    blocks = judged(terms, only="AND pa.customer_id = ANY(%(customers)s)")
    for some in batched(customers_to_redate(terms), BATCH):
        with connection.cursor() as cursor:
            values = {**parameters(days), "customers": list(some)}
            cursor.execute(
                f"WITH {blocks} {_LISTED} ORDER BY judged.reseller_id, judged.id", values
            )
            rows = [_listed(row) for row in cursor.fetchall()]
        yield [[column.cell(row) for column in _FILE] for row in rows]

"""What a search finds: counted exactly up to a thousand, and named when there are fewer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from reseller_console.lib.lists.reach import Ids

# Hits are counted exactly below this number and called "1,000+" from it on.
COUNTED_HITS = 1_000


@dataclass(frozen=True)
class Hits:
    """What a search found: the ids in their order when there are fewer than can be counted."""

    ids: list[int] | None

    @property
    def many(self) -> bool:
        """Whether there are too many to count."""
        return self.ids is None

    @property
    def number(self) -> int:
        """How many there are, or the number from which on they are not counted."""
        return COUNTED_HITS if self.ids is None else len(self.ids)


def ids_as_sql(ids: Sequence[int]) -> Ids:
    """Return ids as SQL: one parameter, however many they are."""
    return Ids("SELECT unnest(%s::bigint[])", (list(ids),))


def hits(matches: QuerySet[Any], keys: Sequence[str] = (), *, downwards: bool = False) -> Hits:
    """Look for rows with a search condition; `keys` name what of theirs the ids are sorted by.

    The condition goes behind a wall the planner cannot see through: asked for "the first
    thousand" it would rather walk through all customers of a reseller than use the index. The
    keys are read with the rows, which are at hand then; sorting by them later would read all
    once more.
    """
    sql, params = matches.order_by().values_list("pk", *keys).query.sql_with_params()
    names = [f"key{number}" for number in range(len(keys))]
    order = [f"{name} {'DESC' if downwards else 'ASC'}" for name in names]
    ids = f"id ORDER BY {', '.join(order)}" if order else "id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH hits ({', '.join(['id', *names])}) AS MATERIALIZED ({sql}),"
            f" counted AS (SELECT * FROM hits LIMIT {COUNTED_HITS})"
            f" SELECT CASE WHEN count(*) < {COUNTED_HITS}"
            f" THEN coalesce(array_agg({ids}), '{{}}') END FROM counted",
            params,
        )
        return Hits(*cursor.fetchone())

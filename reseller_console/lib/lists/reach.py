"""Two ways to the first rows of a list that no index holds in its order.

A filter, a search and a sort are three indexes at most. Left alone, PostgreSQL assumes that
they have nothing to do with each other and walks through the sort until it has met a page
of matches, which for "ready for renewal, latest date first" is everyone. So the walk is
bounded, and what it does not find is gathered: all matches first, then sorted.

Both are made of whole statements, as Django compiles them; none is taken apart.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Expression, QuerySet

# A whole statement and its parameters.
Compiled = tuple[str, tuple]


class Ids(Expression):
    """The ids that a whole statement gives, for `pk__in`."""

    output_field = BigIntegerField()

    def __init__(self, sql: str, params: tuple) -> None:
        super().__init__()
        self.sql, self.params = sql, params

    def as_sql(self, compiler: Any, connection: Any) -> Compiled:
        """Return the statement in parentheses."""
        return f"({self.sql})", self.params


def ids_of(rows: QuerySet[Any]) -> Compiled:
    """Compile a queryset to the ids of its rows, in no order."""
    return rows.order_by().values_list("pk").query.sql_with_params()


def walk(ordered: QuerySet[Any], matches: Compiled, *, limit: int) -> Ids:
    """Return the ids of the first matches among the rows of a sliced queryset.

    `matches` asks for ids of the same table; what it says of other rows of the table is said of
    those rows alone. Quick for what is frequent and spread out; the slice bounds it in any case.
    """
    rows, row_params = ordered.query.sql_with_params()
    tested, params = matches
    # In `tested` the table's name is the name of the first rows: the nearer one counts.
    name = connection.ops.quote_name(ordered.model._meta.db_table)
    return Ids(f"WITH {name} AS ({rows}) ({tested}) LIMIT {limit}", (*row_params, *params))


def gather(matches: QuerySet[Any], keys: list[str], *, downwards: bool, limit: int) -> Ids:
    """Return the ids of the first matches by `keys`, with all of them found first."""
    found, params = matches.order_by().values_list("pk", *keys).query.sql_with_params()
    names = [f"key{number}" for number in range(len(keys))]
    direction = "DESC" if downwards else "ASC"
    sql = (
        f"WITH hits (id, {', '.join(names)}) AS MATERIALIZED ({found}) SELECT id FROM hits"
        f" ORDER BY {', '.join(f'{name} {direction}' for name in names)} LIMIT {limit}"
    )
    return Ids(sql, params)

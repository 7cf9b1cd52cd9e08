"""Two ways to the first rows of a list that no index holds in its order.

A filter, a search and a sort are three indexes at most. Left alone, PostgreSQL assumes that
they have nothing to do with each other and walks through the sort until it has met a page
of matches, which for "ready for renewal, latest date first" is everybody. So the walk is
bounded, and what it does not find is gathered: all matches first, then sorted.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

# A statement and its parameters.
Compiled = tuple[str, tuple]


def ids_of(rows: QuerySet[Any]) -> Compiled:
    """Compile a queryset to the ids of its rows, in no order."""
    return rows.order_by().values_list("pk").query.sql_with_params()


def walk(ordered: QuerySet[Any], matches: Compiled, *, limit: int) -> RawSQL:
    """Return SQL for the ids of the first matches among the rows of a sliced queryset.

    Quick for what is frequent and spread out; the slice bounds it in any case.
    """
    table = f'"{ordered.model._meta.db_table}"'
    rows, row_params = ordered.values_list("pk").query.sql_with_params()
    tested, params = matches
    head, where = tested.split(f"FROM {table}", 1)
    # The conditions are compiled for the table; here they meet its first rows only, whole
    # (naming forty columns one by one would take longer than reading them).
    first_rows = f"SELECT * FROM {table} {rows.split(f'FROM {table}', 1)[1]}"
    sql = f"{head} FROM ({first_rows}) AS {table} {where} LIMIT {limit}"
    return RawSQL(sql, (*row_params, *params))  # noqa: S611 - compiled from querysets


def gather(matches: QuerySet[Any], keys: list[str], *, downwards: bool, limit: int) -> RawSQL:
    """Return SQL for the ids of the first matches by `keys`, with all of them found first."""
    found, params = matches.order_by().values_list("pk", *keys).query.sql_with_params()
    names = [f"key{number}" for number in range(len(keys))]
    direction = "DESC" if downwards else "ASC"
    sql = (
        f"WITH hits (id, {', '.join(names)}) AS MATERIALIZED ({found}) SELECT id FROM hits"
        f" ORDER BY {', '.join(f'{name} {direction}' for name in names)} LIMIT {limit}"
    )
    return RawSQL(sql, params)  # noqa: S611 - compiled from a queryset

"""The tally behind the left rail's counts: how many customers have which fact on which day.

Database triggers write it in the transaction that changes a customer, whoever changes it:
a page, a bulk import, a correction in the admin. They add rows and never update one, so
two managers never wait for each other; `compact` sums the rows up at night.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Min, Q, Sum

from customers.earlier_days import rail_counts_then
from customers.models import StandingTally
from customers.standing import (
    FACTS,
    FILTERS,
    LICENSES_TO_RENEW,
    MEASURES,
    RENEWALS,
    Bounds,
    Dates,
)
from reseller_console.tenancy.models import Day

# Days before this many days ago are summed into one: every filter compares nearer dates.
KEPT_DAYS = 400
LONG_AGO = dt.date(1, 1, 1)


def rail_counts(reseller_id: int, day: Day, *, manager_id: int | None = None) -> dict[str, int]:
    """Return the exact number of customers in each filter of the rail, by slug.

    One query, whose work does not depend on the number of customers. With `manager_id`,
    only customers that person manages. Those of an earlier day are counted once, row by row.
    """
    if day.is_past:
        return rail_counts_then(reseller_id, day, manager_id=manager_id)
    return rails([reseller_id], day, manager_id=manager_id)[reseller_id]


def rails(
    reseller_ids: Sequence[int], day: Day, *, manager_id: int | None = None
) -> dict[int, dict[str, int]]:
    """Return the same for each of several resellers on one day, by its id; one query too."""
    bounds = {entry.slug: entry.bounds(day) for entry in FILTERS}
    return counts_within(reseller_ids, bounds, manager_id=manager_id)


def counts_within(
    reseller_ids: Sequence[int], bounds: Mapping[str, Bounds], *, manager_id: int | None = None
) -> dict[int, dict[str, int]]:
    """Return how many customers are within each of several bounds, by reseller; one query."""
    sums: list[str] = []
    params: list[Any] = []
    for one in bounds.values():
        counted, over = one.sums()
        added, added_params = _sum_of(counted)
        removed, removed_params = _sum_of(over)
        sums.append(f"{added} - {removed}")
        params += [*added_params, *removed_params]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT reseller_id, {', '.join(sums)} FROM customers_standingtally"
            " WHERE reseller_id = ANY(%s) AND manager_id = %s GROUP BY reseller_id",
            [*params, list(reseller_ids), manager_id or 0],
        )
        found = {pk: [int(count) for count in counts] for pk, *counts in cursor.fetchall()}
    nothing = [0] * len(bounds)
    return {pk: dict(zip(bounds, found.get(pk, nothing), strict=True)) for pk in reseller_ids}


def first_invited_on(reseller_id: int) -> dt.date | None:
    """Return the day of a reseller's first customer; None without one, or where it is long ago."""
    rows = StandingTally.objects.filter(
        reseller_id=reseller_id, manager_id=0, fact="invited_on", number__gt=0
    )
    first: dt.date | None = rows.aggregate(first=Min("day"))["first"]
    return None if first == LONG_AGO else first


def renewals_by_date(
    reseller_id: int, first: dt.date, last: dt.date, *, manager_id: int | None = None
) -> dict[dt.date, tuple[int, int]]:
    """Return how many customers have how many licenses to renew at each anniversary date.

    From `first` to `last`; dates with nothing are left out. One query, whose work does not depend
    on the number of customers. With `manager_id`, only of customers that person manages.
    """
    customers = Sum("number", filter=Q(fact__in=RENEWALS))
    licenses = Sum("number", filter=Q(fact=LICENSES_TO_RENEW))
    rows = StandingTally.objects.filter(
        reseller_id=reseller_id,
        manager_id=manager_id or 0,
        fact__in=(*RENEWALS, LICENSES_TO_RENEW),
        day__range=(first, last),
    )
    sums = rows.values("day").annotate(customers=customers, licenses=licenses).order_by("day")
    found = sums.values_list("day", "customers", "licenses")
    return {day: (int(some), int(number or 0)) for day, some, number in found if some}


def _sum_of(bounds: list[Dates]) -> tuple[str, list[str | dt.date]]:
    """Return SQL for the customers whose facts lie between bounds, with its parameters."""
    if not bounds:
        return "0", []
    tests = " OR ".join(["fact = %s AND day BETWEEN %s AND %s"] * len(bounds))
    params: list[str | dt.date] = []
    for fact, first, last in bounds:
        params += [fact, first or dt.date.min, last or dt.date.max]
    return f"coalesce(sum(number) FILTER (WHERE {tests}), 0)", params


_NAMED = [
    *(f"('{fact}', row.{fact}, 1)" for fact in FACTS),
    *(f"('{name}', row.{day}, row.{number})" for name, day, number in MEASURES),
]

# Every fact of a reseller's customers, once for the manager and once (0) for all. The triggers
# count the same; their text is in the migrations, and `drift` compares the two.
_FACTS = f"""
    SELECT who.manager_id, named.fact, named.day, named.number
    FROM customers_customer AS row
    CROSS JOIN LATERAL (VALUES {", ".join(_NAMED)}) AS named (fact, day, number)
    CROSS JOIN LATERAL (VALUES (0::bigint), (row.managed_by_id)) AS who (manager_id)
    WHERE row.reseller_id = %(reseller)s AND named.day IS NOT NULL
"""

# The day a row of the tally is kept under: the long past is one day.
_KEPT = "CASE WHEN day < %(old)s THEN %(ago)s ELSE day END"


def _kept_params(reseller_id: int, today: dt.date) -> dict[str, int | dt.date]:
    old = today - dt.timedelta(days=KEPT_DAYS)
    return {"reseller": reseller_id, "old": old, "ago": LONG_AGO}


_COMPACT = f"""
    WITH crowded AS MATERIALIZED (
        SELECT manager_id, fact, {_KEPT} AS kept
        FROM customers_standingtally WHERE reseller_id = %(reseller)s
        GROUP BY 1, 2, 3
        HAVING count(*) > 1 OR sum(number) = 0 OR min(day) <> min({_KEPT})
    ),
    old AS (
        DELETE FROM customers_standingtally AS tally USING crowded
        WHERE reseller_id = %(reseller)s AND tally.manager_id = crowded.manager_id
            AND tally.fact = crowded.fact AND {_KEPT} = crowded.kept
        RETURNING tally.manager_id, tally.fact, kept, number
    )
    INSERT INTO customers_standingtally (reseller_id, manager_id, fact, day, number)
    SELECT %(reseller)s, manager_id, fact, kept, sum(number) FROM old
    GROUP BY 2, 3, 4 HAVING sum(number) <> 0
"""


def compact(reseller_id: int, *, today: dt.date) -> None:
    """Sum the tally's rows up to one a key, and the long past to one a fact.

    Only what is not one row already is written. Safe beside writers: their new rows are
    simply not part of the sum yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COMPACT, _kept_params(reseller_id, today))


def drift(reseller_id: int, day: Day) -> int:
    """Return by how much the tally and the facts disagree; 0 unless something broke."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT coalesce(sum(abs(n)), 0) FROM (
                SELECT manager_id, fact, {_KEPT} AS kept, sum(number) AS n FROM (
                    {_FACTS}
                    UNION ALL
                    SELECT manager_id, fact, day, -number
                    FROM customers_standingtally WHERE reseller_id = %(reseller)s
                ) AS both_sides
                GROUP BY 1, 2, 3
            ) AS difference
            """,
            _kept_params(reseller_id, day.today),
        )
        return int(cursor.fetchone()[0])


def rebuild(reseller_id: int) -> None:
    """Make the tally again from the customers themselves."""
    of_reseller = {"reseller": reseller_id}
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM customers_standingtally WHERE reseller_id = %(reseller)s", of_reseller
        )
        cursor.execute(
            f"""
            INSERT INTO customers_standingtally (reseller_id, manager_id, fact, day, number)
            SELECT %(reseller)s, manager_id, fact, day, sum(number) FROM ({_FACTS}) AS counted
            GROUP BY 2, 3, 4
            """,
            of_reseller,
        )

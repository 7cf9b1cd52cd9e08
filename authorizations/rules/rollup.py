"""The rollup facts of customers, computed from their purchases by one SQL statement.

Verbs run it for the customer they changed, in the same transaction; the night runs it for
a whole reseller and reports what it had to repair. `customers.standing` reads the result.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from authorizations.models import NightlyRun, Unit
from authorizations.rules import licenses
from authorizations.rules.facts import Facts
from authorizations.rules.status import AWAITS_ORDER, GONE, PAST_DUE_FROM
from customers.anniversary import anniversary_sql
from customers.models import Customer, CustomerKind
from reseller_console.tenancy.models import Day, Reseller

# The renewal of a term is settled when there was something to renew and nothing of it is left:
# its anniversary date moves on that day, not before the date itself.
_TERMS = """,
to_renew AS (
    SELECT customer_id, counts_to, sum(rest) AS rest, max(completed_on) AS completed_on
    FROM rest GROUP BY 1, 2
),
settled AS (
    SELECT customer_id, counts_to, greatest(counts_to, completed_on) AS from_on
    FROM to_renew WHERE rest = 0
),
"""

# What the purchases of a customer say together, from blocks that read them one by one. It is SQL
# because it joins sums of a whole tenant (decision 0007). The anniversary date follows from the
# first one, the calendar, and whether the renewal is settled.
_FACT = """
license AS (
    SELECT customer_id, max(usable_until_on) + 1 AS gone_on,
           min(starts_on) FILTER (WHERE usable_until_on >= %(today)s) AS from_on
    FROM line GROUP BY customer_id
),
renewal AS (
    SELECT customer_id, (array_agg(counts_to ORDER BY counts_to))[1:2] AS dates,
           (array_agg(rest ORDER BY counts_to))[1:2]::int[] AS licenses
    FROM to_renew
    WHERE rest > 0 AND counts_to >= %(first_near)s GROUP BY customer_id
),
fact AS (
    SELECT c.id, c.anniversary_on AS told_on,
           CASE WHEN is_in AND license.from_on > %(today)s
                    AND coalesce(pa.gone_on <= %(today)s, true)
                THEN license.from_on
           END AS products_from_on,
           CASE WHEN is_in THEN coalesce(greatest(pa.gone_on, license.gone_on), c.invited_on)
           END AS no_products_from_on,
           CASE WHEN is_in THEN pa.pending_until END AS pending_until_on,
           lower(spans.late[1]) AS past_due_from_on, upper(spans.late[1]) - 1 AS past_due_until_on,
           lower(spans.late[2]) AS past_due_again_from_on,
           upper(spans.late[2]) - 1 AS past_due_again_until_on,
           CASE WHEN is_in THEN renewal.dates[1] END AS renewal_on,
           CASE WHEN is_in THEN renewal.licenses[1] END AS renewal_licenses,
           CASE WHEN is_in THEN renewal.dates[2] END AS next_renewal_on,
           CASE WHEN is_in THEN renewal.licenses[2] END AS next_renewal_licenses,
           {shown} AS anniversary_on, settled.counts_to AS renewed_anniversary_on,
           settled.from_on AS renewed_from_on,
           CASE WHEN is_in THEN pa.requested_until END AS requested_until_on
    FROM customers_customer c
    CROSS JOIN LATERAL (SELECT c.withdrawn_at IS NULL AS is_in) AS invitation
    CROSS JOIN LATERAL (SELECT {calendar} AS ends_on OFFSET 0) AS calendar
    LEFT JOIN pa ON pa.customer_id = c.id
    LEFT JOIN license ON license.customer_id = c.id
    LEFT JOIN renewal ON renewal.customer_id = c.id
    LEFT JOIN settled ON settled.customer_id = c.id AND settled.counts_to = calendar.ends_on
    LEFT JOIN LATERAL (
        SELECT array_agg(span ORDER BY span) AS late FROM unnest(pa.late) AS span WHERE is_in
    ) AS spans ON true
    WHERE c.reseller_id = %(reseller)s {only}
)
"""


def _awaited(only: str) -> str:
    """Return the block `pa`: the spans of the PAs whose order is still to come.

    A PA no one has ordered or cancelled is pending, then past due, and holds products until it
    lapses (`authorizations.rules.status`).
    """
    return f"""
pa AS (
    SELECT customer_id,
           max({PAST_DUE_FROM.earlier(1)}) AS pending_until,
           range_agg(daterange({PAST_DUE_FROM}, {GONE})) FILTER (WHERE {GONE} > %(today)s) AS late,
           max({GONE}) AS gone_on,
           max({GONE.earlier(1)}) FILTER (WHERE requested_by_id IS NOT NULL) AS requested_until
    FROM authorizations_purchaseauthorization
    WHERE reseller_id = %(reseller)s AND {AWAITS_ORDER} {only.format("customer_id")}
    GROUP BY customer_id
),
"""


def terms(only: str = "") -> str:
    """Return the blocks up to `settled`: which terms have nothing left to renew, from which day.

    They end in a comma. `rest` and `to_renew`, what is left of each, stand among them.
    """
    return licenses.rest(f"l.reseller_id = %(reseller)s {only.format('l.customer_id')}") + _TERMS


def facts(only: str = "") -> str:
    """Return the blocks up to `fact`: each customer's facts as the purchases say them.

    `only` narrows purchases to customers; blank for all of the reseller. Paid licenses hold
    products until they end (`authorizations.rules.licenses`); `rest` stands among the blocks.
    """
    first = ("c.first_anniversary_on", "c.anniversary_day")
    fact = _FACT.format(
        only=only.format("c.id"),
        calendar=anniversary_sql(*first, renewed="NULL", renewed_from="NULL"),
        shown=anniversary_sql(*first, renewed="settled.counts_to", renewed_from="settled.from_on"),
    )
    return f"{terms(only)} {_awaited(only)} {fact}"


def parameters(reseller: Reseller, *, day: Day) -> dict[str, Any]:
    """Return what the blocks take, but what `only` names."""
    return {
        "reseller": reseller.pk,
        "today": day.today,
        # Before this anniversary date no renewal is near: a filter asks about none of them.
        "first_near": day.ready_span()[0],
        "closes": day.terms.renewal_window.last,
        "consumables": list(Unit.CONSUMABLES),
    }


_DIFFERS = (
    f"({', '.join(f'c.{name}' for name in Facts._fields)}) IS DISTINCT FROM"
    f" ({', '.join(f'fact.{name}' for name in Facts._fields)})"
)

_UPDATE = f"""
UPDATE customers_customer c
SET ({", ".join(Facts._fields)}) = ({", ".join(f"fact.{name}" for name in Facts._fields)})
FROM fact WHERE fact.id = c.id AND {_DIFFERS}
RETURNING c.id, fact.told_on, c.anniversary_on
"""

_STALE = f"""
SELECT c.id, {", ".join(f"c.{name}" for name in Facts._fields)},
       {", ".join(f"fact.{name}" for name in Facts._fields)}
FROM customers_customer c JOIN fact ON fact.id = c.id
WHERE {_DIFFERS} ORDER BY c.id
"""


def _execute(
    cursor: CursorWrapper,
    sql: str,
    *,
    reseller: Reseller,
    day: Day,
    customer_ids: Sequence[int] | None,
) -> None:
    only, values = "", parameters(reseller, day=day)
    if isinstance(customer_ids, range):
        only = "AND {} BETWEEN %(first)s AND %(last)s"
        values |= {"first": customer_ids.start, "last": customer_ids.stop - 1}
    elif customer_ids is not None:
        only, values = "AND {} = ANY(%(ids)s)", values | {"ids": list(customer_ids)}
    cursor.execute(f"WITH {facts(only)} {sql}", values)


def slices(reseller: Reseller, *, size: int) -> Iterator[range]:
    """Yield ranges of ids that together hold every customer of a reseller, about `size` in each."""
    ids = Customer.objects.filter(reseller=reseller).order_by("pk").values_list("pk", flat=True)
    first: int | None = 0
    while first is not None:
        # The id with which the next slice begins; an index is read, no row.
        following = next(iter(ids.filter(pk__gte=first)[size : size + 1]), None)
        yield range(first, 2**63 if following is None else following)
        first = following


@dataclass(frozen=True)
class Moved:
    """A customer whose anniversary date, written down as `told_on`, is another one now."""

    customer_id: int
    told_on: dt.date
    anniversary_on: dt.date

    @property
    def kind(self) -> CustomerKind:
        """The kind of event that tells of it."""
        further = self.anniversary_on > self.told_on
        return CustomerKind.ANNIVERSARY_MOVED if further else CustomerKind.ANNIVERSARY_BACK


@dataclass(frozen=True)
class Written:
    """How many customers' facts have changed, and which anniversary dates have moved."""

    changed: int
    moved: list[Moved]


def refresh(reseller: Reseller, *, day: Day, customer_ids: Sequence[int] | None = None) -> Written:
    """Write the rollup facts of a reseller's customers, or of those named.

    Only rows that change are written. Call it in the transaction of what changed, with the
    customers locked.
    """
    with connection.cursor() as cursor:
        _execute(cursor, _UPDATE, reseller=reseller, day=day, customer_ids=customer_ids)
        rows = cursor.fetchall()
    moved = [Moved(*row) for row in rows if row[1] and row[2] and row[1] != row[2]]
    return Written(len(rows), moved)


@dataclass(frozen=True)
class Stale:
    """A customer whose stored facts are to be written again.

    `drifted` when they would answer wrongly today, which is a fault; otherwise a date has
    merely passed and the answer is the same.
    """

    customer_id: int
    drifted: bool


def stale(
    reseller: Reseller, *, day: Day, customer_ids: Sequence[int] | None = None
) -> list[Stale]:
    """Return the customers whose stored facts differ from their purchases; reads only.

    `customer_ids` narrows to some of them; a `range` is one of ids, whosoever they are. Where the
    calendar has gone back, facts are no fault if they were right on the day they were written for.
    """
    found = _compared(reseller, day, customer_ids)
    drifted = [row.customer_id for row in found if row.drifted]
    written_for = latest_night(reseller, day) if drifted else day
    if written_for == day:
        return found
    then = {row.customer_id for row in _compared(reseller, written_for, drifted) if row.drifted}
    return [Stale(row.customer_id, row.customer_id in then) for row in found]


def latest_night(reseller: Reseller, day: Day) -> Day:
    """Return the latest day that a night was for: `day`, or a later one it has gone back from."""
    later = NightlyRun.objects.filter(reseller=reseller, for_day__gt=day.today)
    last = later.order_by("for_day").values_list("for_day", flat=True).last()
    return day if last is None else reseller.day(last)


def _compared(reseller: Reseller, day: Day, customer_ids: Sequence[int] | None) -> list[Stale]:
    half = len(Facts._fields)
    with connection.cursor() as cursor:
        _execute(cursor, _STALE, reseller=reseller, day=day, customer_ids=customer_ids)
        return [_stale(pk, Facts(*row[:half]), Facts(*row[half:]), day) for pk, *row in cursor]


def _stale(customer_id: int, stored: Facts, true: Facts, day: Day) -> Stale:
    return Stale(customer_id, stored.answers(day) != true.answers(day))

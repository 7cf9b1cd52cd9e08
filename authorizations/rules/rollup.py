"""The rollup facts of customers, computed from their purchases by one SQL statement.

Verbs run it for the customer they changed, in the same transaction; the night runs it for
a whole reseller and reports what it had to repair. `customers.standing` reads the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.backends.utils import CursorWrapper

from authorizations.catalog.units import Unit
from authorizations.rules import licenses
from authorizations.rules.status import AWAITS_ORDER, GONE, PAST_DUE_FROM
from reseller_console.tenancy.models import Day, Reseller

_COLUMNS = (
    "no_products_from_on",
    "pending_until_on",
    "past_due_from_on",
    "past_due_until_on",
    "renewal_on",
    "rolls_on",
    "requested_until_on",
)


# What the purchases of a customer say together, from blocks that read them one by one.
_FACT = """
license AS (
    SELECT customer_id, max(usable_until_on) + 1 AS gone_on FROM line GROUP BY customer_id
),
to_renew AS (
    SELECT customer_id, counts_to, sum(rest) AS rest, max(completed_on) AS completed_on
    FROM rest GROUP BY 1, 2
),
renewal AS (
    SELECT customer_id, min(counts_to) AS renewal_on FROM to_renew
    WHERE rest > 0 AND counts_to >= %(first_near)s GROUP BY customer_id
),
fact AS (
    SELECT c.id,
           CASE WHEN c.withdrawn_at IS NULL
                THEN coalesce(greatest(pa.gone_on, license.gone_on), c.invited_on)
           END AS no_products_from_on,
           pa.pending_until AS pending_until_on,
           pa.past_due_from AS past_due_from_on,
           pa.past_due_until AS past_due_until_on,
           renewal.renewal_on,
           CASE WHEN this.rest = 0 THEN greatest(c.anniversary_on, this.completed_on)
                ELSE c.anniversary_on + %(rolls_after)s
           END AS rolls_on,
           pa.requested_until AS requested_until_on
    FROM customers_customer c
    LEFT JOIN pa ON pa.customer_id = c.id
    LEFT JOIN license ON license.customer_id = c.id
    LEFT JOIN renewal ON renewal.customer_id = c.id
    LEFT JOIN to_renew this ON this.customer_id = c.id AND this.counts_to = c.anniversary_on
    WHERE c.reseller_id = %(reseller)s {only}
)
"""


def _awaited(only: str) -> str:
    """Return the block `pa`: the spans of the PAs whose order is still to come.

    A PA nobody has ordered or cancelled is pending, then past due, and holds products until it
    lapses (`authorizations.rules.status`).
    """
    return f"""
pa AS (
    SELECT customer_id,
           max({PAST_DUE_FROM.earlier(1)}) AS pending_until,
           min({PAST_DUE_FROM}) FILTER (WHERE {GONE} > %(today)s) AS past_due_from,
           max({GONE.earlier(1)}) FILTER (WHERE {GONE} > %(today)s) AS past_due_until,
           max({GONE}) AS gone_on,
           max({GONE.earlier(1)}) FILTER (WHERE requested_by_id IS NOT NULL) AS requested_until
    FROM authorizations_purchaseauthorization
    WHERE reseller_id = %(reseller)s AND {AWAITS_ORDER} {only.format("customer_id")}
    GROUP BY customer_id
),
"""


def _facts(only: str) -> str:
    """Return the blocks up to `fact`: each customer's facts as the purchases say them.

    `only` narrows purchases to customers; blank for all of the reseller. Paid licenses hold
    products until they end (`authorizations.rules.licenses`).
    """
    scope = f"l.reseller_id = %(reseller)s {only.format('l.customer_id')}"
    fact = _FACT.format(only=only.format("c.id"))
    return f"WITH {licenses.rest(scope)}, {_awaited(only)} {fact}"


_DIFFERS = (
    f"({', '.join(f'c.{name}' for name in _COLUMNS)}) IS DISTINCT FROM"
    f" ({', '.join(f'fact.{name}' for name in _COLUMNS)})"
)

_UPDATE = f"""
UPDATE customers_customer c
SET ({", ".join(_COLUMNS)}) = ({", ".join(f"fact.{name}" for name in _COLUMNS)})
FROM fact WHERE fact.id = c.id AND {_DIFFERS}
"""


def _answers(row: str) -> str:
    """Return SQL for what the facts of `row` answer today: two ways to say it are one answer.

    A span that is over counts as none, a beginning in the past as "by now".
    """
    until = "CASE WHEN {0}.{1} >= %(today)s THEN {0}.{1} END"
    return ", ".join(
        (
            f"greatest({row}.no_products_from_on, %(today)s)",
            f"{row}.no_products_from_on IS NULL",
            until.format(row, "pending_until_on"),
            f"CASE WHEN {row}.past_due_until_on >= %(today)s"
            f" THEN greatest({row}.past_due_from_on, %(today)s) END",
            until.format(row, "past_due_until_on"),
            f"{row}.rolls_on",
            until.format(row, "requested_until_on"),
        )
    )


# Once a term is over the next one that was paid for is found, which no filter asks about before
# it comes near; a row that still names the former one is out of date, not wrong.
_RENEWAL_DRIFTED = """
    CASE WHEN c.renewal_on < %(first_near)s THEN fact.renewal_on <= %(last_near)s
         ELSE c.renewal_on IS DISTINCT FROM fact.renewal_on END IS TRUE
"""

_STALE = f"""
SELECT c.id,
       ({_answers("c")}) IS DISTINCT FROM ({_answers("fact")}) OR {_RENEWAL_DRIFTED} AS drifted
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
    only = "AND {} = ANY(%(ids)s)" if customer_ids is not None else ""
    cursor.execute(
        _facts(only) + sql,
        {
            "reseller": reseller.pk,
            "today": day.today,
            # The anniversary dates whose renewal is near: a filter asks about no others.
            "first_near": day.ready_span()[0],
            "last_near": day.upcoming_span()[1],
            "rolls_after": day.terms.renewal_window.last + 1,
            "consumables": list(Unit.CONSUMABLES),
            "ids": list(customer_ids or ()),
        },
    )


def refresh(reseller: Reseller, *, day: Day, customer_ids: Sequence[int] | None = None) -> int:
    """Write the rollup facts of a reseller's customers, or of those named; return how many changed.

    Only rows that change are written. Call it in the transaction of what changed, with the
    customers locked.
    """
    with connection.cursor() as cursor:
        _execute(cursor, _UPDATE, reseller=reseller, day=day, customer_ids=customer_ids)
        return cursor.rowcount


@dataclass(frozen=True)
class Stale:
    """A customer whose stored facts are to be written anew.

    `drifted` when they would answer wrongly today, which is a fault; otherwise a date has
    merely passed and the answer is the same.
    """

    customer_id: int
    drifted: bool


def stale(
    reseller: Reseller, *, day: Day, customer_ids: Sequence[int] | None = None
) -> list[Stale]:
    """Return the customers whose stored facts differ from their purchases; reads only."""
    with connection.cursor() as cursor:
        _execute(cursor, _STALE, reseller=reseller, day=day, customer_ids=customer_ids)
        return [Stale(*row) for row in cursor.fetchall()]

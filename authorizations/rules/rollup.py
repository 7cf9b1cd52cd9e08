"""The rollup facts of customers, computed from their purchases by one SQL statement.

Verbs run it for the customer they changed, in the same transaction; the night runs it for
a whole reseller and reports what it had to repair. `customers.standing` reads the result.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from authorizations.models import NightlyRun, Unit
from authorizations.rules import licenses
from authorizations.rules.status import AWAITS_ORDER, GONE, PAST_DUE_FROM
from customers.models import Customer
from reseller_console.tenancy.models import Day, Reseller


class Facts(NamedTuple):
    """The rollup facts of a customer; None for what does not come automatically."""

    no_products_from_on: dt.date | None
    pending_until_on: dt.date | None
    past_due_from_on: dt.date | None
    past_due_until_on: dt.date | None
    renewal_on: dt.date | None
    rolls_on: dt.date | None
    requested_until_on: dt.date | None

    def answers(self, today: dt.date) -> tuple[dt.date | None, ...]:
        """Return what they answer today, renewals aside: two ways to say it are one answer.

        A span that is over counts as none, a beginning in the past as "by now".
        """
        past_due_until = _unless_over(self.past_due_until_on, today)
        return (
            _by_now(self.no_products_from_on, today),
            _unless_over(self.pending_until_on, today),
            _by_now(self.past_due_from_on, today) if past_due_until else None,
            past_due_until,
            self.rolls_on,
            _unless_over(self.requested_until_on, today),
        )

    def renewal_is_wrong(self, true: Facts, *, day: Day) -> bool:
        """Whether the stored renewal differs from the true one where a filter could tell.

        Once a term is over the next one that was paid for is found, which no filter asks about
        before it comes near; a row that still names the former one is out of date, not wrong.
        """
        if self.renewal_on is None or self.renewal_on >= day.ready_span()[0]:
            return self.renewal_on != true.renewal_on
        return true.renewal_on is not None and true.renewal_on <= day.upcoming_span()[1]


def _by_now(date: dt.date | None, today: dt.date) -> dt.date | None:
    return max(date, today) if date else None


def _unless_over(date: dt.date | None, today: dt.date) -> dt.date | None:
    return date if date and date >= today else None


# What the purchases of a customer say together, from blocks that read them one by one. It is SQL
# because it joins sums of a whole tenant (decision 0007).
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

    A PA no one has ordered or cancelled is pending, then past due, and holds products until it
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


def facts(only: str = "") -> str:
    """Return the blocks up to `fact`: each customer's facts as the purchases say them.

    `only` narrows purchases to customers; blank for all of the reseller. Paid licenses hold
    products until they end (`authorizations.rules.licenses`); `rest` stands among the blocks.
    """
    scope = f"l.reseller_id = %(reseller)s {only.format('l.customer_id')}"
    fact = _FACT.format(only=only.format("c.id"))
    return f"{licenses.rest(scope)}, {_awaited(only)} {fact}"


def parameters(reseller: Reseller, *, day: Day) -> dict[str, Any]:
    """Return what the blocks take, but what `only` names."""
    return {
        "reseller": reseller.pk,
        "today": day.today,
        # Before this anniversary date no renewal is near: a filter asks about none of them.
        "first_near": day.ready_span()[0],
        "rolls_after": day.terms.renewal_window.last + 1,
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
    answers_differ = stored.answers(day.today) != true.answers(day.today)
    return Stale(customer_id, answers_differ or stored.renewal_is_wrong(true, day=day))

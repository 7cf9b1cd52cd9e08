"""Whose license works: the one definition.

Per customer and product people stand in a queue. The first ones, as many as are usable, have a
license that works; those up to what is owned wait until suspended licenses come back; those
beyond have lost theirs, and `settle` writes that down. Two places in the queue say it all: the
first whose license does not work, and the first who has lost it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from authorizations.catalog.units import Unit
from authorizations.licenses.owned import HELD, Numbers
from authorizations.models import Assignment, Product, PurchaseAuthorization
from authorizations.querysets import AssignmentQuerySet
from authorizations.rules.licenses import holding
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.states import StateChoices
from reseller_console.tenancy.models import Day

# A place in the queue: when it was taken, and the assignment's id.
Place = tuple[dt.datetime, int]

# How many names are told of people an event is about.
NAMES = 3


class State(StateChoices):
    """What somebody's license is good for today."""

    WORKS = "works", "good", _("The license can be used."), _("Works")
    WAITS = (
        "waits",
        "bad",
        _("The license cannot be used until a suspended order has been placed."),
        _("Suspended"),
    )
    LOST = (
        "lost",
        "quiet",
        _("The license has ended; fewer are owned than were given out."),
        _("Gone"),
    )


@dataclass(frozen=True)
class Queue(Numbers):
    """The queue for one product of a customer on one day.

    `held` people stand in it. `waits_from` and `lost_from` are the first places whose license
    does not work, and is gone; None when everybody's works, or nobody's is gone.
    """

    customer_id: int
    product_id: int
    usable: int
    suspended: int
    held: int
    waits_from: Place | None = None
    lost_from: Place | None = None

    def state_of(self, assignment: Assignment) -> State:
        """Return what a held assignment of this queue is good for."""
        return self.state_at((assignment.stands_at, assignment.pk))

    def state_at(self, place: Place) -> State:
        """Return what the license of whoever stands at a place is good for."""
        if self.lost_from is not None and place >= self.lost_from:
            return State.LOST
        if self.waits_from is not None and place >= self.waits_from:
            return State.WAITS
        return State.WORKS


# One row a product that is owned or held.
_NUMBERS = """,
both_ AS (
    SELECT customer_id, product_id, coalesce(usable, 0) AS usable,
           coalesce(suspended, 0) AS suspended, coalesce(held.held, 0) AS held
    FROM holding FULL JOIN held USING (customer_id, product_id)
)
"""
# The two places are looked up in the queue's index, from the end they are nearer to: hardly
# ever does the license of more than a few not work.
_PLACE = """
    LEFT JOIN LATERAL (
        (SELECT stands_at, id FROM authorizations_assignment a
         WHERE a.customer_id = both_.customer_id AND a.product_id = both_.product_id
             AND a.ended_at IS NULL AND both_.held > {count} AND both_.held > 2 * ({count})
         ORDER BY stands_at, id OFFSET {count} LIMIT 1)
        UNION ALL
        (SELECT stands_at, id FROM authorizations_assignment a
         WHERE a.customer_id = both_.customer_id AND a.product_id = both_.product_id
             AND a.ended_at IS NULL AND both_.held > {count} AND both_.held <= 2 * ({count})
         ORDER BY stands_at DESC, id DESC OFFSET greatest(both_.held - 1 - ({count}), 0) LIMIT 1)
    ) {name} ON true
"""
_QUEUES = (
    _NUMBERS
    + """,
queue AS (
    SELECT both_.*, waits.stands_at AS waits_at, waits.id AS waits_id,
           lost.stands_at AS lost_at, lost.id AS lost_id
    FROM both_
"""
    + _PLACE.format(name="waits", count="both_.usable")
    + _PLACE.format(name="lost", count="both_.usable + both_.suspended")
    + ")"
)
_WITH_LOST = _NUMBERS + "SELECT DISTINCT customer_id FROM both_ WHERE held > usable + suspended"
_READ = (
    _QUEUES
    + """
SELECT customer_id, product_id, usable, suspended, held, waits_at, waits_id, lost_at, lost_id
FROM queue WHERE %(product)s::bigint IS NULL OR product_id = %(product)s
"""
)
_SETTLE = (
    _QUEUES
    + """,
ended AS (
    UPDATE authorizations_assignment a
    SET ended_at = %(now)s, ended_because = %(because)s
    FROM queue
    WHERE queue.lost_at IS NOT NULL AND a.ended_at IS NULL
        AND a.customer_id = queue.customer_id AND a.product_id = queue.product_id
        AND (a.stands_at, a.id) >= (queue.lost_at, queue.lost_id)
    RETURNING a.customer_id, a.product_id, a.person_id
)
SELECT ended.customer_id, product.name, count(*),
       (array_agg(coalesce(nullif(person.name, ''), person.address)
                  ORDER BY person.name_sort, person.id))[1:%(names)s]
FROM ended
JOIN authorizations_product product ON product.id = ended.product_id
JOIN authorizations_person person ON person.id = ended.person_id
GROUP BY 1, 2 ORDER BY 1, 2
"""
)
_END = """
WITH chosen (id) AS MATERIALIZED ({chosen}),
ended AS (
    UPDATE authorizations_assignment a
    SET ended_at = %s, ended_by_id = %s, ended_because = %s
    FROM chosen WHERE a.id = chosen.id
    RETURNING a.person_id
)
SELECT count(*),
       (array_agg(coalesce(nullif(person.name, ''), person.address)
                  ORDER BY person.name_sort, person.id))[1:%s]
FROM ended JOIN authorizations_person person ON person.id = ended.person_id
"""


def _execute(
    sql: str, customer_ids: Iterable[int], *, day: Day, **more: int | str | dt.datetime | None
) -> list[tuple]:
    values: dict[str, Any] = {"without": None, "consumables": list(Unit.CONSUMABLES)} | more
    values |= {"customers": list(customer_ids), "today": day.today}
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {holding()}, {HELD} {sql}", values)
        return cursor.fetchall()


def _read(
    customer_ids: Iterable[int],
    *,
    day: Day,
    product: Product | None = None,
    without: PurchaseAuthorization | None = None,
) -> list[Queue]:
    rows = _execute(
        _READ,
        customer_ids,
        day=day,
        product=product.pk if product else None,
        without=without.pk if without else None,
    )
    return [
        Queue(
            customer_id=row[0],
            product_id=row[1],
            usable=row[2],
            suspended=row[3],
            held=row[4],
            waits_from=(row[5], row[6]) if row[5] else None,
            lost_from=(row[7], row[8]) if row[7] else None,
        )
        for row in rows
    ]


def queues_of(
    customer: Customer, *, day: Day, without: PurchaseAuthorization | None = None
) -> dict[int, Queue]:
    """Return the customer's queues by the product's id; one query, however many people.

    `without` is a PA to be left out of account, as if it were cancelled.
    """
    return {queue.product_id: queue for queue in _read([customer.pk], day=day, without=without)}


def queues_of_many(customer_ids: Iterable[int], *, day: Day) -> list[Queue]:
    """Return the queues of several customers of one reseller; one query."""
    return _read(customer_ids, day=day)


def queue_of(customer: Customer, product: Product, *, day: Day) -> Queue:
    """Return the queue for one product; an empty one when nothing is owned or held."""
    found = _read([customer.pk], day=day, product=product)
    return found[0] if found else Queue(customer.pk, product.pk, 0, 0, 0)


def customers_with_lost(customer_ids: Collection[int], *, day: Day) -> set[int]:
    """Return those of the customers some of whose people stand beyond what is owned."""
    return {customer for (customer,) in _execute(_WITH_LOST, customer_ids, day=day)}


@dataclass(frozen=True)
class Ended:
    """People of one customer whose license of one product has ended; a few of them by name."""

    product: str
    count: int
    names: list[str]


def end_lost(customer_ids: Collection[int], *, day: Day) -> dict[int, list[Ended]]:
    """End what stands beyond what is owned; return it by customer. The customers are locked."""
    rows = _execute(
        _SETTLE,
        customer_ids,
        day=day,
        now=timezone.now(),
        because=Assignment.Ended.LICENSES_GONE,
        names=NAMES,
    )
    found: dict[int, list[Ended]] = defaultdict(list)
    for customer, product, count, names in rows:
        found[customer].append(Ended(product, count, names))
    return found


def end_all(
    rows: AssignmentQuerySet, product: Product, *, because: Assignment.Ended, by: User, names: int
) -> Ended:
    """End held assignments of one product; return how many, and up to `names` people by name.

    One statement, however many there are. The customer is locked.
    """
    chosen, params = rows.values_list("pk").query.sql_with_params()
    values = [*params, timezone.now(), by.pk, because, names]
    with connection.cursor() as cursor:
        cursor.execute(_END.format(chosen=chosen), values)
        count, some = cursor.fetchone()
    return Ended(product.name, count, some or [])

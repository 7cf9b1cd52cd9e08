"""Whose license works: the one definition.

Per customer and product people are in a queue. The first ones, as many as are usable, have a
license that works; those up to what is owned wait until suspended licenses come back; those
beyond have lost theirs, and `settle` writes that down. Two places in the queue say it all: the
first whose license does not work, and the first who has lost it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import batched, groupby
from typing import Any

from django.db import connection
from django.db.models import Count, F, QuerySet, Value, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from authorizations.licenses.owned import HELD, Numbers
from authorizations.models import (
    Assignment,
    AssignmentQuerySet,
    Product,
    Unit,
)
from authorizations.rules.licenses import NOTHING, Without, holding
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.states import StateChoices
from reseller_console.tenancy.models import Day

# A place in the queue: when it was taken, and the assignment's id.
Place = tuple[dt.datetime, int]

# How many names are told of people an event is about.
NAMES = 3


class State(StateChoices):
    """What a person's license is good for today."""

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
        _("The license has ended; fewer are owned than were assigned."),
        _("Gone"),
    )


@dataclass(frozen=True)
class Queue(Numbers):
    """The queue for one product of a customer on one day.

    `held` people are in it. `waits_from` and `lost_from` are the first places whose license
    does not work, and is gone; None when everyone's works, or no one's is gone.
    """

    customer_id: int
    product_id: int
    usable: int
    suspended: int
    held: int
    waits_from: Place | None = None
    lost_from: Place | None = None

    @property
    def people(self) -> AssignmentQuerySet:
        """What is held, as a question to the database."""
        return Assignment.objects.held().filter(
            customer_id=self.customer_id, product_id=self.product_id
        )

    def state_of(self, assignment: Assignment) -> State:
        """Return what a held assignment of this queue is good for."""
        return self.state_at((assignment.stands_at, assignment.pk))

    def state_at(self, place: Place) -> State:
        """Return what the license of the person who is at a place is good for."""
        if self.lost_from is not None and place >= self.lost_from:
            return State.LOST
        if self.waits_from is not None and place >= self.waits_from:
            return State.WAITS
        return State.WORKS


# One row a product that is owned or held: what `holding`, a block of SQL, says of it and what
# people hold, side by side.
_NUMBERS = """,
queue AS (
    SELECT customer_id, product_id, coalesce(usable, 0) AS usable,
           coalesce(suspended, 0) AS suspended, coalesce(held.held, 0) AS held
    FROM holding FULL JOIN held USING (customer_id, product_id)
)
SELECT * FROM queue
"""
_OF_PRODUCT = "WHERE product_id = %(product)s"
_LOST = "WHERE held > usable + suspended"
# This many questions are asked of the database at once.
_AT_ONCE = 500


def _numbers(
    customer_ids: Iterable[int],
    only: str = "",
    *,
    day: Day,
    product: Product | None = None,
    without: Without = NOTHING,
) -> list[Queue]:
    """Return queues without their places; `only` is a condition that narrows them."""
    values: dict[str, Any] = {
        "customers": list(customer_ids),
        "today": day.today,
        **without.parameters(),
        "product": product.pk if product else None,
        "consumables": list(Unit.CONSUMABLES),
    }
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {holding()}, {HELD} {_NUMBERS} {only}", values)
        return [Queue(*row) for row in cursor.fetchall()]


def _with_places(queues: list[Queue]) -> list[Queue]:
    """Return the same with the first places whose license does not work, and is gone."""
    asked = [
        _place_of(queue, number)
        for queue in queues
        for number in {queue.usable, queue.licenses}
        if queue.held > number
    ]
    places: dict[tuple[int, int, int], Place] = {}
    for some in batched(asked, _AT_ONCE):
        for customer, product, number, *place in some[0].union(*some[1:], all=True):
            places[customer, product, number] = (place[0], place[1])
    return [
        replace(
            queue,
            waits_from=places.get((queue.customer_id, queue.product_id, queue.usable)),
            lost_from=places.get((queue.customer_id, queue.product_id, queue.licenses)),
        )
        for queue in queues
    ]


def _place_of(queue: Queue, number: int) -> QuerySet:
    """Ask for the place behind the first `number` people.

    It is looked up from the end it is nearer to: hardly ever does the license of more than a
    few not work.
    """
    people = queue.people.annotate(number=Value(number))
    columns = ("customer_id", "product_id", "number", "stands_at", "pk")
    behind = queue.held - 1 - number
    if number < behind:
        return people.in_queue().values_list(*columns)[number : number + 1]
    return people.reverse_queue().values_list(*columns)[behind : behind + 1]


def queues_of(customer: Customer, *, day: Day, without: Without = NOTHING) -> dict[int, Queue]:
    """Return the customer's queues by the product's id, as if something (`without`) were gone.

    One query, however many people, and a second one where the licenses of some do not work.
    """
    found = _with_places(_numbers([customer.pk], day=day, without=without))
    return {queue.product_id: queue for queue in found}


def queues_of_many(customer_ids: Iterable[int], *, day: Day) -> list[Queue]:
    """Return the queues of several customers of one reseller."""
    return _with_places(_numbers(customer_ids, day=day))


def queue_of(customer: Customer, product: Product, *, day: Day) -> Queue:
    """Return the queue for one product; an empty one when nothing is owned or held."""
    found = _with_places(_numbers([customer.pk], _OF_PRODUCT, day=day, product=product))
    return found[0] if found else Queue(customer.pk, product.pk, 0, 0, 0)


def customers_with_lost(customer_ids: Collection[int], *, day: Day) -> set[int]:
    """Return those of the customers some of whose people stand beyond what is owned."""
    return {queue.customer_id for queue in _numbers(customer_ids, _LOST, day=day)}


@dataclass(frozen=True)
class Ended:
    """People of one customer whose license of one product has ended; a few of them by name."""

    product: str
    count: int
    names: list[str]


def end_lost(customer_ids: Collection[int], *, day: Day) -> dict[int, list[Ended]]:
    """End what stands beyond what is owned; return it by customer. The customers are locked."""
    queues = _numbers(customer_ids, _LOST, day=day)
    asked = [queue.people.reverse_queue().values("pk")[: queue.lost] for queue in queues]
    found: dict[int, list[Ended]] = {}
    for some in batched(asked, _AT_ONCE):
        rows = Assignment.objects.filter(pk__in=some[0].union(*some[1:], all=True))
        for customer, ended in _end(rows, because=Assignment.Ended.LICENSES_GONE, names=NAMES):
            found.setdefault(customer, []).append(ended)
    return found


def end_all(
    rows: AssignmentQuerySet, product: Product, *, because: Assignment.Ended, by: User, names: int
) -> Ended:
    """End held assignments of one product; return how many, and up to `names` people by name.

    Two statements, however many there are. The customer is locked.
    """
    rows = Assignment.objects.filter(pk__in=rows.values("pk"))
    found = _end(rows, because=because, names=names, by=by)
    return found[0][1] if found else Ended(product.name, 0, [])


def _end(
    rows: AssignmentQuerySet, *, because: Assignment.Ended, names: int, by: User | None = None
) -> list[tuple[int, Ended]]:
    """End held assignments; return who they were, a customer's id and a product at a time."""
    one = [F("customer_id"), F("product_id")]
    by_name = [F("person__name_sort"), F("person_id")]
    some = rows.annotate(
        count=Window(Count("pk"), partition_by=one),
        nth=Window(RowNumber(), partition_by=one, order_by=by_name),
    ).filter(nth__lte=names)
    people = some.order_by("customer_id", "product__name", "product_id", "nth").values_list(
        *("customer_id", "product__name", "product_id", "count", "person__name", "person__address")
    )
    found = [
        (customer, Ended(product, count, [name or address for *_queue, name, address in told]))
        for (customer, product, _id, count), told in groupby(people, key=lambda row: row[:4])
    ]
    rows.update(ended_at=timezone.now(), ended_by=by, ended_because=because)
    return found

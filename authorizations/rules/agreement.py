"""Whether the left rail lists whom it should: its filters against states and licenses themselves.

The filters read facts that the rollup has stored (`customers.standing`). Here each customer's PAs
are judged by `authorizations.rules.status`, and its licenses by `authorizations.rules.licenses`,
without the rollup: what the two say differently is a fault of one of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Value, When

from authorizations.models import PurchaseAuthorization, Unit
from authorizations.rules import licenses, rollup
from authorizations.rules.status import Status
from customers.models import Customer
from customers.standing import FILTERS
from reseller_console.tenancy.models import Day, Reseller

# So many customers are compared at once: what is read never grows with the reseller.
SLICE = 5_000

_RAIL = [entry for entry in FILTERS if entry.slug]
# A customer's id and the slug of a filter.
Listed = tuple[int, str]

# Who has a license today; and who has something to renew, with the anniversary date.
_LICENSES = """
SELECT customer_id, NULL::date FROM holding WHERE usable > 0 GROUP BY 1
UNION ALL
SELECT DISTINCT customer_id, counts_to FROM rest
WHERE rest > 0 AND counts_to BETWEEN %(first)s AND %(last)s
"""


def wrongly_listed(reseller: Reseller, *, day: Day) -> list[Listed]:
    """Return customers whom a filter lists though it should not, or misses; reads only.

    Where the calendar has gone back, it is no fault if all was right on the day the facts were
    written for.
    """
    found = set(_differences(reseller, day))
    written_for = rollup.latest_night(reseller, day) if found else day
    if written_for != day:
        found &= set(_differences(reseller, written_for))
    return sorted(found)


def _differences(reseller: Reseller, day: Day) -> Iterator[Listed]:
    for some in rollup.slices(reseller, size=SLICE):
        ids = Customer.objects.filter(reseller=reseller, pk__range=(some.start, some.stop - 1))
        withdrawn = dict(ids.order_by().values_list("pk", "withdrawn_at"))
        listed, true = _listed(list(withdrawn), day), _truth(list(withdrawn), day)
        for pk, at in withdrawn.items():
            expected = _expected(true[pk]) if at is None else set()
            yield from ((pk, slug) for slug in listed[pk] ^ expected)


def _expected(true: set[str]) -> set[str]:
    """Return the filters of a customer of whom this is true."""
    found = true - {"open", "licenses"}
    return found if true & {"open", "licenses"} else found | {"no-products"}


def _listed(ids: Sequence[int], day: Day) -> dict[int, set[str]]:
    """Return the filters that list each customer, by the stored facts."""
    conditions = [
        Case(When(entry.when(day), then=Value(True)), default=False, output_field=BooleanField())
        for entry in _RAIL
    ]
    rows = Customer.objects.filter(pk__in=ids).order_by().values_list("pk", *conditions)
    return {
        pk: {entry.slug for entry, answer in zip(_RAIL, answers, strict=True) if answer}
        for pk, *answers in rows
    }


def _truth(ids: Sequence[int], day: Day) -> dict[int, set[str]]:
    """Return what is true of each customer: slugs of filters, "open" (a PA), "licenses"."""
    true: dict[int, set[str]] = defaultdict(set)
    papers = PurchaseAuthorization.objects.on(day.today).unresolved().filter(customer__in=ids)
    for pk, status in papers.order_by().values_list("customer_id", "status"):
        if status in Status.OPEN:
            true[pk] |= {"open", "past-due" if status in Status.PAST_DUE else "pending"}
    for pk, counts_to in _licenses(ids, day):
        if counts_to is None:
            true[pk].add("licenses")
        else:
            true[pk].add("ready" if counts_to <= day.ready_span()[1] else "upcoming")
    return true


def _licenses(ids: Sequence[int], day: Day) -> list[tuple]:
    values: dict[str, Any] = {
        "customers": ids,
        "today": day.today,
        **licenses.NOTHING.parameters(),
        "consumables": list(Unit.CONSUMABLES),
        "first": day.ready_span()[0],
        "last": day.upcoming_span()[1],
    }
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {licenses.holding()} {_LICENSES}", values)
        return cursor.fetchall()

"""What is known of an earlier day: what was recorded by its end no longer changes.

Customers are counted, and short lists of them gathered, row by row, by the same conditions as ever:
the tally is of today alone, and no index holds what has changed since. What has been found is
remembered by the process: a list that is looked through, sorted and searched asks for the same
again and again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import cast

from django.core.cache import caches
from django.db.models import Count, Sum

from customers.models import Customer, CustomerQuerySet
from customers.standing import FILTERS
from reseller_console.accounts.models import User
from reseller_console.lib.lists import Ids, ids_as_sql
from reseller_console.tenancy.models import Day

# So long, in seconds: the calendar may be pinned to an earlier day, and rows be forgotten.
_REMEMBERED = 600
# Longer lists are walked through in their order.
_FEW = 5_000
_ALL = "all"


def rail_counts_then(reseller_id: int, day: Day, *, manager_id: int | None) -> dict[str, int]:
    """Return the number of customers in each filter of the rail, by slug, on an earlier day."""

    def count() -> dict[str, int]:
        rows = _customers(reseller_id, manager_id)
        found = rows.aggregate(
            **{entry.slug or _ALL: Count("pk", filter=entry.when(day)) for entry in FILTERS}
        )
        return {entry.slug: found[entry.slug or _ALL] for entry in FILTERS}

    return _remembered("rail", (reseller_id, manager_id, day.today, day.terms.counts), count)


def renewals_then(
    reseller_id: int, day: Day, first: dt.date, last: dt.date, *, manager_id: int | None
) -> dict[dt.date, tuple[int, int]]:
    """Return `tally.renewals_by_date` as it was on an earlier day."""

    def count() -> dict[dt.date, tuple[int, int]]:
        found: dict[dt.date, tuple[int, int]] = {}
        for date, licenses in (
            ("renewal_on", "renewal_licenses"),
            ("next_renewal_on", "next_renewal_licenses"),
        ):
            rows = _customers(reseller_id, manager_id).filter(**{f"{date}__range": (first, last)})
            sums = rows.values_list(date).annotate(Count("pk"), Sum(licenses)).order_by(date)
            for on, some, number in sums:
                customers, before = found.get(on, (0, 0))
                found[on] = (customers + some, before + number)
        return found

    return _remembered("renewals", (reseller_id, manager_id, day.today, first, last), count)


def ids_then(rows: CustomerQuerySet, name: str, user: User, day: Day, *, mine: bool) -> Ids | None:
    """Return which customers a list of an earlier day holds; None where they are many.

    `name` says which list of the person's reseller it is, `mine` whether of one's own customers.
    """

    def gather() -> list[int]:
        return list(rows.order_by().values_list("pk", flat=True)[: _FEW + 1])

    whose = user.pk if mine else None
    ids = _remembered(name, (user.reseller_id, whose, day.today, day.terms.counts), gather)
    return None if len(ids) > _FEW else ids_as_sql(ids)


def _customers(reseller_id: int, manager_id: int | None) -> CustomerQuerySet:
    rows = Customer.objects.filter(reseller_id=reseller_id).order_by()
    return rows if manager_id is None else rows.filter(managed_by=manager_id)


def _remembered[Counts](name: str, key: tuple[object, ...], count: Callable[[], Counts]) -> Counts:
    cache = caches["counts"]
    asked = f"{name}:{key}".replace(" ", "")
    return cast("Counts", cache.get_or_set(asked, count, _REMEMBERED))

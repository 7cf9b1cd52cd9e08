"""Whose licence does not work, for those who may not change it: the reseller's managers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from authorizations.assignments import lines_of
from authorizations.licences import ProductRow
from authorizations.models import Assignment, Product
from customers.models import Customer
from customers.standing import Day

# So many people are named a product.
NAMED = 20


@dataclass(frozen=True)
class Affected:
    """People whose licence of a product does not work, the newest first; `more` are counted."""

    product: Product
    number: int
    assignments: list[Assignment]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.number - len(self.assignments)


def affected(customer: Customer, products: Sequence[ProductRow], *, day: Day) -> list[Affected]:
    """Return who is affected where more is in people's hands than is usable.

    `products` are the customer's. No query while there is nobody, two otherwise.
    """
    waiting = [row.product for row in products if row.waiting]
    if not waiting:
        return []
    lines = lines_of(customer, day=day)
    behind = Q()
    for product in waiting:
        at, pk = lines[product.pk].waits_from or (None, None)
        beyond = Q(stands_at__gt=at) | Q(stands_at=at, pk__gte=pk)
        behind |= Q(product=product) & beyond
    place = Window(
        RowNumber(),
        partition_by=F("product_id"),
        order_by=[F("stands_at").desc(), F("id").desc()],
    )
    rows = Assignment.objects.held().filter(behind, customer=customer).annotate(place=place)
    named: dict[int, list[Assignment]] = defaultdict(list)
    for row in rows.filter(place__lte=NAMED).select_related("person").order_by("place"):
        named[row.product_id].append(row)
    return [
        Affected(product, lines[product.pk].not_working, named[product.pk]) for product in waiting
    ]

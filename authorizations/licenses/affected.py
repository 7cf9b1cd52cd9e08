"""Whose license does not work, for those who may not change it: the reseller's managers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from authorizations.licenses.owned import ProductRow
from authorizations.models import Assignment, AssignmentQuerySet, Product
from customers.models import Customer

# This many people are named a product.
NAMED = 20


@dataclass(frozen=True)
class Affected:
    """People whose license of a product does not work, the newest first; `more` are counted."""

    product: Product
    number: int
    assignments: list[Assignment]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.number - len(self.assignments)


def affected(customer: Customer, products: Sequence[ProductRow]) -> list[Affected]:
    """Return who is affected where more is in people's hands than is usable.

    `products` are the customer's. No query while there is no one, one otherwise.
    """
    waiting = [row for row in products if row.waiting]
    if not waiting:
        return []
    ends = [_end_of_line(customer, row) for row in waiting]
    rows = ends[0].union(*ends[1:], all=True) if ends[1:] else ends[0]
    named: dict[int, list[Assignment]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.stands_at, row.pk), reverse=True):
        named[row.product_id].append(row)
    return [Affected(row.product, row.not_working, named[row.product.pk]) for row in waiting]


def _end_of_line(customer: Customer, row: ProductRow) -> AssignmentQuerySet:
    """Return the first few of those whose license of a product does not work."""
    queue = Assignment.objects.held().filter(customer=customer, product=row.product)
    return queue.select_related("person").reverse_queue()[: min(row.not_working, NAMED)]

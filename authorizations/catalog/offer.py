"""What the catalog has for a customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from authorizations.models import Product, Unit
from customers.models import Customer


@dataclass(frozen=True)
class Offer:
    """The products a customer may be sold: by purchase authorization, or by order only."""

    by_authorization: list[Product]
    directly: list[Product]

    @cached_property
    def families(self) -> list[tuple[str, list[Product]]]:
        """Return the products available by PA, by family."""
        return _by_family(self.by_authorization)

    @cached_property
    def families_to_order_directly(self) -> list[tuple[str, list[Product]]]:
        """Return the products that are only ordered directly, by family."""
        return _by_family(self.directly)


def offer_to(customer: Customer, *, today: dt.date) -> Offer:
    """Return what the catalog offers a customer on `today`, in its order."""
    sold = [row for row in Product.objects.all() if row.sold_to(customer, today=today)]
    return Offer(
        by_authorization=[product for product in sold if product.by_authorization],
        directly=[product for product in sold if not product.by_authorization],
    )


def _by_family(products: list[Product]) -> list[tuple[str, list[Product]]]:
    return [(name, list(group)) for name, group in groupby(products, key=lambda row: row.family)]


def offer_besides(customer: Customer, owned: Collection[int], *, today: dt.date) -> Offer:
    """Return what a renewal order can have besides the products a term ends with, by id."""
    offered = [
        row
        for row in Product.objects.all()
        if row.pk not in owned
        and row.unit not in Unit.CONSUMABLES
        and row.sold_to(customer, today=today)
    ]
    return Offer(by_authorization=offered, directly=[])

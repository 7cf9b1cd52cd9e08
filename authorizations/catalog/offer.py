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
    """The products a customer may be sold; some of them by order only."""

    products: list[Product]

    @cached_property
    def families(self) -> list[tuple[str, list[Product]]]:
        """Return the products available by PA, by family."""
        return _by_family([row for row in self.products if row.by_authorization])

    @cached_property
    def families_to_order_directly(self) -> list[tuple[str, list[Product]]]:
        """Return the products that are only ordered directly, by family."""
        return _by_family([row for row in self.products if not row.by_authorization])

    @cached_property
    def all_families(self) -> list[tuple[str, list[Product]]]:
        """Return all of them, by family: any can be ordered directly."""
        return _by_family(self.products)


def offer_to(customer: Customer, *, today: dt.date) -> Offer:
    """Return what the catalog offers a customer on `today`, in its order."""
    return Offer([row for row in Product.objects.all() if row.sold_to(customer, today=today)])


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
    return Offer(offered)

"""What is left to renew of terms, as a form has seen it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from authorizations.models import Product
from authorizations.rules.renewals import Owned, Rest, owned_in
from customers.models import Customer


def owned_products(customer: Customer, anniversary: dt.date) -> list[tuple[Product, Owned]]:
    """Return the products the term that ends at an AD has to renew, in catalog order."""
    owned = owned_in(customer, anniversary)
    products = Product.objects.filter(pk__in=owned) if owned else ()
    return [(product, owned[product.pk]) for product in products]


def as_seen(lines: Iterable[tuple[int, int]]) -> str:
    """Return what is left by the product's id as a text, the same for the same numbers."""
    return ",".join(f"{product}:{left}" for product, left in sorted(lines) if left)


def rest_as_seen(rest: Rest | None) -> str:
    """Return the same of what is left of a term; None for nothing."""
    return as_seen((product.pk, number) for number, product in rest.lines) if rest else ""


def licenses_in(rest: Rest | None) -> int:
    """Return how many licenses are left of a term."""
    return sum(number for number, _product in rest.lines) if rest else 0

"""What is left to renew of some terms, with products, for emails and digests.

The definition is in `authorizations.rules.licenses`, which the rollup asks for everyone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from authorizations.models import Product, Unit
from authorizations.rules import licenses
from customers.models import Customer
from reseller_console.tenancy.models import Reseller

# A customer's id and the anniversary date its term ends at.
TermKey = tuple[int, dt.date]


@dataclass
class Rest:
    """What is left of one term: licenses per product, and the last day they are usable."""

    usable_until_on: dt.date
    lines: list[tuple[int, Product]] = field(default_factory=list)

    @property
    def removed_on(self) -> dt.date:
        """The first day on which they are gone."""
        return self.usable_until_on + dt.timedelta(days=1)


# In SQL because what is left is a block of it.
_SCOPE = "l.reseller_id = %(reseller)s AND l.customer_id = ANY(%(customers)s)"


@dataclass(frozen=True)
class Owned:
    """Licenses of a product that a term ends with: how many, what became of them, what is left."""

    quantity: int
    renewed: int
    dropped: int
    left: int


_OWNED = """
SELECT customer_id, counts_to, product_id, renewable, renewed, dropped, rest FROM rest
WHERE counts_to = ANY(%(dates)s)
"""


def owned_in(customer: Customer, anniversary: dt.date) -> dict[int, Owned]:
    """Return what the customer's term that ends at an AD has to renew, by the product's id."""
    term = (customer.pk, anniversary)
    return owned_in_terms(customer.reseller, [term]).get(term, {})


def owned_in_terms(
    reseller: Reseller, terms: Collection[TermKey]
) -> dict[TermKey, dict[int, Owned]]:
    """Return the same of several terms of a reseller's customers; one query."""
    wanted = set(terms)
    found: dict[TermKey, dict[int, Owned]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {licenses.rest(_SCOPE)} {_OWNED}", _parameters(reseller, wanted))
        for customer, date, product, *numbers in cursor.fetchall():
            if (customer, date) in wanted:
                found[customer, date][product] = Owned(*(int(number) for number in numbers))
    return found


def _parameters(reseller: Reseller, terms: Collection[TermKey]) -> dict[str, Any]:
    return {
        "reseller": reseller.pk,
        "today": None,
        "consumables": list(Unit.CONSUMABLES),
        "customers": list({customer for customer, _date in terms}),
        "dates": list({date for _customer, date in terms}),
    }


_LEFT = """
SELECT customer_id, counts_to, product_id, rest, usable_until_on FROM rest
WHERE rest > 0 AND counts_to = ANY(%(dates)s)
"""


def left_of(reseller: Reseller, terms: Collection[TermKey]) -> dict[TermKey, Rest]:
    """Return what is left of each term of which anything is; products in catalog order.

    Two queries, however many terms there are.
    """
    wanted = set(terms)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {licenses.rest(_SCOPE)} {_LEFT}", _parameters(reseller, wanted))
        rows = [row for row in cursor.fetchall() if row[:2] in wanted]
    by_product: dict[int, list[tuple[TermKey, int, dt.date]]] = defaultdict(list)
    for customer, date, product, number, until in rows:
        by_product[product].append(((customer, date), int(number), until))
    found: dict[TermKey, Rest] = {}
    for product in Product.objects.filter(pk__in=by_product):
        for term, number, until in by_product[product.pk]:
            rest = found.setdefault(term, Rest(until))
            rest.usable_until_on = max(rest.usable_until_on, until)
            rest.lines.append((number, product))
    return found

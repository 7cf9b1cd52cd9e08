"""What a customer has: licenses per product, by one SQL statement over purchases and today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from authorizations.models import Product, Unit
from authorizations.rules.licenses import NOTHING, holding
from customers.anniversary import shown_anniversary_sql
from customers.models import Customer
from reseller_console.tenancy.models import Day


class Numbers:
    """Licenses of one product of a customer on one day, and how many people were given one.

    `usable` work today, `suspended` stopped working until their order comes. `held` were given
    to people; those beyond what there is have lost theirs.
    """

    usable: int
    suspended: int
    held: int

    @property
    def licenses(self) -> int:
        """All there are, and all that people can hold: what is usable and what is suspended."""
        return self.usable + self.suspended

    @property
    def in_use(self) -> int:
        """Those in people's hands, suspended ones included."""
        return min(self.held, self.licenses)

    @property
    def free(self) -> int:
        """Usable ones that can be given to a person."""
        return max(self.usable - self.held, 0)

    @property
    def waiting(self) -> int:
        """People who hold a suspended one."""
        return max(self.in_use - self.usable, 0)

    @property
    def lost(self) -> int:
        """People beyond what there is."""
        return self.held - self.in_use

    @property
    def not_working(self) -> int:
        """People whose license does not work, for whichever reason."""
        return max(self.held - self.usable, 0)


@dataclass(frozen=True)
class ProductRow(Numbers):
    """One product of a customer on one day.

    `awaiting_order` are the usable licenses whose order is still to be placed, `to_renew` those
    that end with the term in force, less what was renewed, whenever its anniversary date is.
    `held` is 0 for products that are not given to people.
    """

    product: Product
    usable: int
    awaiting_order: int
    suspended: int
    to_renew: int
    held: int


# How many people are in each line; every one of them is looked at.
HELD = """
held AS (
    SELECT customer_id, product_id, count(*) AS held FROM authorizations_assignment
    WHERE customer_id = ANY(%(customers)s) AND ended_at IS NULL GROUP BY 1, 2
)
"""
# The same, counted already.
_HELD_AS_TOLD = """
held AS (
    SELECT * FROM unnest(%(products)s::bigint[], %(held)s::bigint[]) AS told (product_id, held)
)
"""

# What is to renew is what ends with the term in force, that of the AD that is shown. It is SQL
# because what is held and what is left are blocks of it.
_ROWS = """,
to_renew AS (
    SELECT rest.product_id, rest.rest FROM rest
    JOIN customers_customer c ON c.id = rest.customer_id AND rest.counts_to = {shown}
)
SELECT coalesce(holding.product_id, to_renew.product_id), coalesce(usable, 0),
       coalesce(awaiting, 0), coalesce(suspended, 0), coalesce(rest, 0)::bigint,
       coalesce(held.held, 0)
FROM holding
FULL JOIN to_renew ON to_renew.product_id = holding.product_id
LEFT JOIN held ON held.product_id = holding.product_id
"""


def product_rows(
    customer: Customer, *, day: Day, held: Mapping[int, int] | None = None
) -> list[ProductRow]:
    """Return the products a customer holds on that day, in catalog order.

    A product appears while at least one license of it is usable, suspended or to renew.
    Two queries, however many purchases there are. `held`, by the product's id, spares
    counting people where that has been done.
    """
    values: dict[str, Any] = {
        "customers": [customer.pk],
        "today": day.today,
        **NOTHING.parameters(),
        "closes": day.terms.renewal_window.last,
        "consumables": list(Unit.CONSUMABLES),
    }
    if held is not None:
        values |= {"products": list(held), "held": list(held.values())}
    in_hands = HELD if held is None else _HELD_AS_TOLD
    with connection.cursor() as cursor:
        rows = _ROWS.format(shown=shown_anniversary_sql("c"))
        cursor.execute(f"WITH {holding()}, {in_hands} {rows}", values)
        found = {row[0]: row[1:] for row in cursor.fetchall() if any(row[1:5])}
    products = Product.objects.filter(pk__in=found)
    return [ProductRow(product, *found[product.pk]) for product in products]

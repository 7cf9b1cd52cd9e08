"""What a customer has: licenses per product, by one SQL statement over purchases and today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from authorizations.catalog.units import Unit
from authorizations.models import Product
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
        """Usable ones that can be given to somebody."""
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
    of the anniversary date that is upcoming or ready for renewal. `held` is 0 for products
    that are not given to people.
    """

    product: Product
    usable: int
    awaiting_order: int
    suspended: int
    to_renew: int
    held: int


# What each of some customers holds of each product today. Paid licenses are usable from their
# start to their last day. After the anniversary date the renewed part of the old term is the
# new term's, so it is taken off the old one. Licenses of an unordered PA are usable until it
# is suspended, and never after their last day. `without` leaves one PA out of account.
HOLDING = """
line AS (
    SELECT customer_id, product_id, starts_on, counts_to, usable_until_on, renews_on,
           completes_renewal, quantity - returned_quantity AS kept
    FROM authorizations_orderline
    WHERE customer_id = ANY(%(customers)s) AND quantity > returned_quantity
),
renewed AS (
    SELECT customer_id, product_id, renews_on, sum(kept) AS kept FROM line
    WHERE renews_on IS NOT NULL GROUP BY 1, 2, 3
),
term AS (
    SELECT line.customer_id, line.product_id, line.counts_to,
           sum(line.kept) FILTER (
               WHERE starts_on <= %(today)s AND usable_until_on >= %(today)s
           ) AS usable,
           sum(line.kept) AS kept, coalesce(min(renewed.kept), 0) AS renewed
    FROM line
    LEFT JOIN renewed ON renewed.customer_id = line.customer_id
        AND renewed.product_id = line.product_id AND renewed.renews_on = line.counts_to
    GROUP BY 1, 2, 3
),
paid AS (
    SELECT customer_id, product_id,
           sum(CASE WHEN counts_to > %(today)s THEN usable
               ELSE greatest(usable - renewed, 0) END) AS usable
    FROM term GROUP BY 1, 2
),
awaited AS (
    SELECT pa.customer_id, l.product_id,
           sum(l.quantity) FILTER (
               WHERE pa.suspends_on >= %(today)s AND pa.usable_until_on >= %(today)s
           ) AS usable,
           sum(l.quantity) FILTER (WHERE pa.suspends_on < %(today)s) AS suspended
    FROM authorizations_authorizationline l
    JOIN authorizations_purchaseauthorization pa ON pa.id = l.authorization_id
    WHERE pa.customer_id = ANY(%(customers)s) AND pa.order_id IS NULL
        AND pa.cancelled_at IS NULL AND pa.lapses_on > %(today)s
        AND pa.id IS DISTINCT FROM %(without)s
    GROUP BY 1, 2
),
holding AS (
    SELECT customer_id, product_id,
           coalesce(paid.usable, 0)::bigint + coalesce(awaited.usable, 0)::bigint AS usable,
           coalesce(awaited.usable, 0)::bigint AS awaiting,
           coalesce(awaited.suspended, 0)::bigint AS suspended
    FROM paid FULL JOIN awaited USING (customer_id, product_id)
)
"""

# How many people stand in each line; every one of them is looked at.
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

_ROWS = """,
to_renew AS (
    SELECT term.product_id, greatest(term.kept - term.renewed, 0)::bigint AS rest
    FROM term
    JOIN authorizations_product product ON product.id = term.product_id
    WHERE term.counts_to = %(renewal_on)s AND product.unit <> ALL(%(consumables)s)
        AND NOT EXISTS (SELECT FROM line WHERE completes_renewal
                        AND renews_on = term.counts_to)
)
SELECT coalesce(holding.product_id, to_renew.product_id), coalesce(usable, 0),
       coalesce(awaiting, 0), coalesce(suspended, 0), coalesce(rest, 0), coalesce(held.held, 0)
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
        "without": None,
        "renewal_on": customer.renewal_on if _renewal_is_near(customer, day) else None,
        "consumables": list(Unit.CONSUMABLES),
    }
    if held is not None:
        values |= {"products": list(held), "held": list(held.values())}
    in_hands = HELD if held is None else _HELD_AS_TOLD
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {HOLDING}, {in_hands} {_ROWS}", values)
        found = {row[0]: row[1:] for row in cursor.fetchall() if any(row[1:5])}
    products = Product.objects.filter(pk__in=found)
    return [ProductRow(product, *found[product.pk]) for product in products]


def _renewal_is_near(customer: Customer, day: Day) -> bool:
    first, _ = day.ready_span()
    _, last = day.upcoming_span()
    return customer.renewal_on is not None and first <= customer.renewal_on <= last

"""What is left to renew, per customer, anniversary date (AD) and product: the one definition.

`authorizations.rules.rollup` asks it for everybody, emails for the customers they are about.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import connection

from authorizations.catalog.units import Unit
from authorizations.models import Product
from reseller_console.tenancy.models import Reseller

# Left of a term is, per product, what was ordered less returned less renewed; nothing once an
# order has completed the renewal. Consumables are never renewed, nor what an order recorded
# after the licenses' last day has paid for: it gave none. `{only}` narrows it to customers.
REST = """
line AS (
    SELECT l.customer_id, l.product_id, l.counts_to, l.renews_on, l.usable_until_on,
           l.completes_renewal, l.quantity - l.returned_quantity AS kept, o.ordered_on,
           p.unit <> ALL(%(consumables)s) AND o.recorded_on <= l.usable_until_on AS renewable
    FROM authorizations_orderline l
    JOIN authorizations_order o ON o.id = l.order_id
    JOIN authorizations_product p ON p.id = l.product_id
    WHERE l.reseller_id = %(reseller)s AND l.quantity > l.returned_quantity {only}
),
term AS (
    SELECT customer_id, counts_to, product_id, sum(kept) AS kept,
           max(usable_until_on) AS usable_until_on
    FROM line WHERE renewable GROUP BY 1, 2, 3
),
renewed AS (
    SELECT customer_id, renews_on, product_id, sum(kept) AS kept
    FROM line WHERE renews_on IS NOT NULL GROUP BY 1, 2, 3
),
completed AS (
    SELECT customer_id, renews_on, max(ordered_on) AS completed_on,
           bool_or(completes_renewal) AS dropped_rest
    FROM line WHERE renews_on IS NOT NULL GROUP BY 1, 2
),
rest AS (
    SELECT term.customer_id, term.counts_to, term.product_id, term.usable_until_on,
           CASE WHEN completed.dropped_rest THEN 0
                ELSE greatest(term.kept - coalesce(renewed.kept, 0), 0) END AS rest,
           completed.completed_on
    FROM term
    LEFT JOIN renewed ON renewed.customer_id = term.customer_id
        AND renewed.renews_on = term.counts_to AND renewed.product_id = term.product_id
    LEFT JOIN completed ON completed.customer_id = term.customer_id
        AND completed.renews_on = term.counts_to
)
"""

# A customer's id and the anniversary date its term ends at.
TermKey = tuple[int, dt.date]


@dataclass
class Rest:
    """What is left of one term: licenses per product, and the last day they are usable."""

    usable_until_on: dt.date
    lines: list[tuple[int, Product]] = field(default_factory=list)


_OF_TERMS = (
    "WITH "
    + REST.replace("{only}", "AND l.customer_id = ANY(%(customers)s)")
    + """
SELECT customer_id, counts_to, product_id, rest, usable_until_on FROM rest
WHERE rest > 0 AND counts_to = ANY(%(dates)s)
"""
)


def left_of(reseller: Reseller, terms: Collection[TermKey]) -> dict[TermKey, Rest]:
    """Return what is left of each term of which anything is; products in catalog order.

    Two queries, however many terms there are.
    """
    wanted = set(terms)
    with connection.cursor() as cursor:
        cursor.execute(
            _OF_TERMS,
            {
                "reseller": reseller.pk,
                "consumables": list(Unit.CONSUMABLES),
                "customers": list({customer for customer, _date in wanted}),
                "dates": list({date for _customer, date in wanted}),
            },
        )
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

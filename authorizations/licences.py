"""What a customer has: licences per product, by one SQL statement over purchases and today."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from authorizations.models import Product
from authorizations.units import Unit
from customers.models import Customer
from customers.standing import Day


@dataclass(frozen=True)
class ProductRow:
    """One product of a customer on one day; all numbers are licences.

    `licences` are usable today, `awaiting_order` those of them whose order is still to be
    placed, `suspended` those that stopped working, `to_renew` those of the anniversary date
    that is upcoming or ready for renewal.
    """

    product: Product
    licences: int
    in_use: int
    awaiting_order: int
    suspended: int
    to_renew: int


# Paid licences are usable from their start to their last day. After the anniversary date the
# renewed part of the old term is the new term's, so it is taken off the old one. Licences of
# an unordered PA are usable until it is suspended, and never after their last day.
_SQL = """
WITH line AS (
    SELECT product_id, starts_on, counts_to, usable_until_on, renews_on, completes_renewal,
           quantity - returned_quantity AS kept
    FROM authorizations_orderline
    WHERE customer_id = %(customer)s AND quantity > returned_quantity
),
renewed AS (
    SELECT product_id, renews_on, sum(kept) AS kept FROM line
    WHERE renews_on IS NOT NULL GROUP BY 1, 2
),
term AS (
    SELECT line.product_id, line.counts_to,
           sum(line.kept) FILTER (
               WHERE starts_on <= %(today)s AND usable_until_on >= %(today)s
           ) AS usable,
           sum(line.kept) AS kept
    FROM line GROUP BY 1, 2
),
paid AS (
    SELECT term.product_id,
           sum(CASE WHEN term.counts_to > %(today)s THEN term.usable
               ELSE greatest(term.usable - coalesce(renewed.kept, 0), 0) END) AS usable,
           sum(CASE WHEN term.counts_to = %(renewal_on)s
                    AND product.unit <> ALL(%(consumables)s)
                    AND NOT EXISTS (SELECT FROM line WHERE completes_renewal
                                    AND renews_on = term.counts_to)
               THEN greatest(term.kept - coalesce(renewed.kept, 0), 0) ELSE 0 END) AS to_renew
    FROM term
    JOIN authorizations_product product ON product.id = term.product_id
    LEFT JOIN renewed ON renewed.product_id = term.product_id
        AND renewed.renews_on = term.counts_to
    GROUP BY 1
),
awaited AS (
    SELECT l.product_id,
           sum(l.quantity) FILTER (
               WHERE pa.suspends_on >= %(today)s AND pa.usable_until_on >= %(today)s
           ) AS usable,
           sum(l.quantity) FILTER (WHERE pa.suspends_on < %(today)s) AS suspended
    FROM authorizations_authorizationline l
    JOIN authorizations_purchaseauthorization pa ON pa.id = l.authorization_id
    WHERE pa.customer_id = %(customer)s AND pa.order_id IS NULL
        AND pa.cancelled_at IS NULL AND pa.lapses_on > %(today)s
    GROUP BY 1
)
SELECT coalesce(paid.product_id, awaited.product_id),
       coalesce(paid.usable, 0) + coalesce(awaited.usable, 0), coalesce(awaited.usable, 0),
       coalesce(awaited.suspended, 0), coalesce(paid.to_renew, 0)
FROM paid FULL JOIN awaited USING (product_id)
"""


def product_rows(customer: Customer, *, day: Day) -> list[ProductRow]:
    """Return the products a customer holds on that day, in catalogue order.

    A product appears while at least one licence of it is usable, suspended or to renew.
    Two queries, however many purchases there are.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {
                "customer": customer.pk,
                "today": day.today,
                "renewal_on": customer.renewal_on if _renewal_is_near(customer, day) else None,
                "consumables": list(Unit.CONSUMABLES),
            },
        )
        found = {row[0]: row[1:] for row in cursor.fetchall() if any(row[1:])}
    products = Product.objects.filter(pk__in=found)
    return [
        ProductRow(product, int(total), 0, int(awaiting), int(suspended), int(to_renew))
        for product in products
        for total, awaiting, suspended, to_renew in [found[product.pk]]
    ]


def _renewal_is_near(customer: Customer, day: Day) -> bool:
    first, _ = day.ready_span()
    _, last = day.upcoming_span()
    return customer.renewal_on is not None and first <= customer.renewal_on <= last

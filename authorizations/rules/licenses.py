"""Which licenses there are, as blocks of SQL: the one text that every statement is made of.

Per customer and product there are paid licenses (lines of orders) and awaited ones (lines of
purchase authorizations, PA, whose order is still to come). Paid ones belong to a term, which
ends at an anniversary date (AD), `counts_to`; at its end some of them are left to renew.

They are SQL because the night asks for a whole tenant at once, which the planner does well and
querysets say badly (decision 0007). They are in a WITH clause and take the parameters `today`
and `consumables`, and those of the scope, a condition on order lines `l` that narrows them to
some customers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from authorizations.rules.status import GONE, STOPS

# A line counts for what was not returned. What an order has paid for that was recorded after
# the licenses' last day gave none; consumables are never renewed. What an order drops, as it
# completes the renewal, is dropped while anything of its lines is kept.
_LINES = """
returned AS (
    SELECT order_line_id, sum(quantity) AS quantity FROM (
        SELECT r.order_line_id, r.quantity FROM authorizations_returnedline r
        JOIN authorizations_orderline l ON l.id = r.order_line_id WHERE {scope} {as_if}
    ) AS each GROUP BY 1
),
line AS (
    SELECT l.order_id, l.customer_id, l.product_id, l.counts_to, l.renews_on, l.starts_on,
           l.usable_until_on, l.quantity - coalesce(returned.quantity, 0) AS kept, o.ordered_on,
           p.unit <> ALL(%(consumables)s) AND o.recorded_on <= l.usable_until_on AS renewable
    FROM authorizations_orderline l
    JOIN authorizations_order o ON o.id = l.order_id
    JOIN authorizations_product p ON p.id = l.product_id
    LEFT JOIN returned ON returned.order_line_id = l.id
    WHERE l.quantity > coalesce(returned.quantity, 0) AND {scope}
),
renewed AS (
    SELECT customer_id, renews_on AS counts_to, product_id, sum(kept) AS kept
    FROM line WHERE renews_on IS NOT NULL GROUP BY 1, 2, 3
),
term AS (
    SELECT line.customer_id, line.counts_to, line.product_id,
           sum(line.kept) FILTER (WHERE renewable) AS renewable,
           max(usable_until_on) FILTER (WHERE renewable) AS usable_until_on,
           sum(line.kept) FILTER (
               WHERE %(today)s::date BETWEEN starts_on AND usable_until_on
           ) AS usable,
           coalesce(min(renewed.kept), 0) AS renewed
    FROM line LEFT JOIN renewed USING (customer_id, counts_to, product_id) GROUP BY 1, 2, 3
)
"""

# Left of a term is, per product, what is kept less what was renewed and what was dropped.
_REST = """,
renewal_order AS (
    SELECT order_id, customer_id, renews_on, max(ordered_on) AS ordered_on
    FROM line WHERE renews_on IS NOT NULL GROUP BY 1, 2, 3
),
completed AS (
    SELECT customer_id, renews_on AS counts_to, max(ordered_on) AS completed_on
    FROM renewal_order GROUP BY 1, 2
),
dropped AS (
    SELECT d.customer_id, d.anniversary_on AS counts_to, d.product_id, sum(d.quantity) AS quantity
    FROM authorizations_droppedrenewal d
    JOIN renewal_order o ON o.order_id = d.order_id AND o.customer_id = d.customer_id
        AND o.renews_on = d.anniversary_on
    GROUP BY 1, 2, 3
),
rest AS (
    SELECT customer_id, counts_to, product_id, usable_until_on, completed_on, renewable, renewed,
           coalesce(dropped.quantity, 0) AS dropped,
           greatest(renewable - renewed - coalesce(dropped.quantity, 0), 0) AS rest
    FROM term
    LEFT JOIN completed USING (customer_id, counts_to)
    LEFT JOIN dropped USING (customer_id, counts_to, product_id)
    WHERE renewable IS NOT NULL
)
"""

# Paid licenses are usable from their start to their last day. After the AD the renewed part of
# the old term is the new term's, so it is taken off the old one. Those of a PA are usable until
# it is suspended, and never after their last day. `without` excludes one PA.
_HOLDING = """,
paid AS (
    SELECT customer_id, product_id,
           sum(CASE WHEN counts_to > %(today)s THEN usable
               ELSE greatest(usable - renewed, 0) END) AS usable
    FROM term GROUP BY 1, 2
),
awaited AS (
    SELECT pa.customer_id, l.product_id,
           sum(l.quantity) FILTER (
               WHERE {stops} > %(today)s AND pa.usable_until_on >= %(today)s
           ) AS usable,
           sum(l.quantity) FILTER (WHERE {stops} <= %(today)s) AS suspended
    FROM authorizations_authorizationline l
    JOIN authorizations_purchaseauthorization pa ON pa.id = l.authorization_id
    WHERE pa.customer_id = ANY(%(customers)s) AND pa.order_id IS NULL
        AND pa.cancelled_at IS NULL AND {gone} > %(today)s
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

_OF_CUSTOMERS = "l.customer_id = ANY(%(customers)s)"


@dataclass(frozen=True)
class Without:
    """What licenses are counted without: a PA that is not cancelled, returns not recorded yet.

    `authorization` is the PA's id; `returning` are licenses by the id of their order line.
    """

    authorization: int | None = None
    returning: Mapping[int, int] = field(default_factory=dict)

    def parameters(self) -> dict[str, object]:
        """Return what `holding` takes."""
        return {
            "without": self.authorization,
            "returning": list(self.returning.keys()),
            "quantities": list(self.returning.values()),
        }


NOTHING = Without()

# As if so many licenses of these order lines were returned.
_AS_IF_RETURNED = """
        UNION ALL
        SELECT * FROM unnest(%(returning)s::bigint[], %(quantities)s::bigint[])
"""


def rest(scope: str, *, as_if: str = "") -> str:
    """Return the blocks up to `rest`: what is left to renew, a row a customer, AD and product.

    `line` and `term` stand among them; `completed_on` is the date of the newest renewal order;
    `renewable`, `renewed` and `dropped` what there was to renew, and what became of it.
    """
    return _LINES.format(scope=scope, as_if=as_if) + _REST


def holding() -> str:
    """Return the blocks up to `holding`: what the `customers` hold, a row a customer and product.

    `usable` work today, of which `awaiting` still await their order; `suspended` do not. They take
    the parameters of `Without`, too.
    """
    held = _HOLDING.format(stops=f"{STOPS:pa}", gone=f"{GONE:pa}")
    return rest(_OF_CUSTOMERS, as_if=_AS_IF_RETURNED) + held

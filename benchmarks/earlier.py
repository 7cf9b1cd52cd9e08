"""What stood earlier: every customer has changed on some day of the last year, and every paper."""

from __future__ import annotations

_FACTS = """
    managed_by_id, invitation_expires_on, accepted_at, withdrawn_at, invitation_bounced_at,
    first_anniversary_on, anniversary_day, anniversary_on, renewed_anniversary_on, renewed_from_on,
    products_from_on, no_products_from_on, pending_until_on, past_due_from_on, past_due_until_on,
    past_due_again_from_on, past_due_again_until_on, renewal_on, renewal_licenses,
    next_renewal_on, next_renewal_licenses, requested_until_on
"""
_DATES = """
    created_on, counts_to, anniversary_day, due_on, suspends_on, lapses_on, usable_until_on
"""

# The triggers that keep it are off while the tables are filled.
EARLIER = (
    """
    UPDATE customers_customer SET facts_since_on = greatest(
        invited_on, %(today)s::date - pg_temp.pick(id, 90, 365)
    ) WHERE reseller_id = %(reseller)s
    """,
    f"""
    INSERT INTO customers_earliercustomer
        (reseller_id, customer_id, from_on, until_on, {_FACTS})
    SELECT reseller_id, id, invited_on, facts_since_on, {_FACTS} FROM customers_customer
    WHERE reseller_id = %(reseller)s AND invited_on < facts_since_on
    """,
    """
    UPDATE authorizations_purchaseauthorization pa SET facts_since_on = greatest(
        created_on, cancelled_at::date,
        (SELECT recorded_on FROM authorizations_order o WHERE o.id = pa.order_id)
    ) WHERE reseller_id = %(reseller)s
    """,
    f"""
    INSERT INTO authorizations_earlierauthorization
        (reseller_id, customer_id, authorization_id, from_on, until_on, {_DATES})
    SELECT reseller_id, customer_id, id, created_on, facts_since_on, {_DATES}
    FROM authorizations_purchaseauthorization
    WHERE reseller_id = %(reseller)s AND created_on < facts_since_on
    """,
)

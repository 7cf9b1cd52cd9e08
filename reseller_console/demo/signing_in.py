"""When people last signed in: for the last thing they did."""

from __future__ import annotations

from django.db import connection

from reseller_console.tenancy.models import Reseller

# Whatever else somebody does stands in the activity of a customer.
_SIGNED_IN = """
WITH act (who, at) AS (
    SELECT by_id, at FROM customers_customerevent WHERE reseller_id = %(reseller)s
    UNION ALL
    SELECT recorded_by_id, recorded_at FROM authorizations_order WHERE reseller_id = %(reseller)s
    UNION ALL
    SELECT assigned_by_id, assigned_at FROM authorizations_assignment
    WHERE reseller_id = %(reseller)s
),
newest AS (SELECT who, max(at) AS at FROM act WHERE who IS NOT NULL GROUP BY who)
UPDATE accounts_user u SET last_login = greatest(u.last_login, newest.at)
FROM newest WHERE u.id = newest.who
"""


def remember_sign_ins(reseller: Reseller) -> None:
    """Let everybody who did something at a reseller have signed in for it."""
    with connection.cursor() as cursor:
        cursor.execute(_SIGNED_IN, {"reseller": reseller.pk})

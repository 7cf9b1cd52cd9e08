"""The SQL that makes a tenant: a plan of one row a customer, and everything written from it.

Roughly: two thirds of the customers have bought something, at any time in the last four
years; most renewed it; a third of those asked for more in the last hundred days, and a part
of that is still to be ordered. `pick(n, seed, choices)` chooses, alike in each run.
"""

from __future__ import annotations

TABLES = (
    "customers_customer",
    "customers_invitation",
    "notifications_email",
    "authorizations_purchaseauthorization",
    "authorizations_authorizationline",
    "authorizations_order",
    "authorizations_orderline",
    "authorizations_notice",
)

PLAN = """
CREATE TEMP TABLE plan AS
WITH chosen AS (
    SELECT n::bigint AS n, pg_temp.pick(n, 1, 100) < 62 AS bought,
           %(today)s - 20 - pg_temp.pick(n, 2, 1460) AS invited_on,
           pg_temp.pick(n, 3, 19) AS days_to_first, pg_temp.pick(n, 4, 100) < 94 AS first_ordered,
           pg_temp.pick(n, 5, 25) AS days_to_order, pg_temp.pick(n, 6, 100) < 36 AS asked_again,
           %(today)s - pg_temp.pick(n, 7, 100) AS again_on, pg_temp.pick(n, 8, 10) AS again_fate,
           pg_temp.pick(n, 9, 100) < 80 AS renews,
           pg_temp.pick(n, 10, (SELECT count(*)::int FROM name)) AS organization,
           CASE WHEN n = (%(first)s::bigint + %(last)s) / 2 THEN 'Quixotry'
                ELSE (SELECT word FROM word WHERE pg_temp.pick(n, 11, 1000) BETWEEN first AND last)
                END AS word,
           pg_temp.pick(n, 12, (SELECT count(*)::int FROM person)) AS contact
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
),
dated AS (
    SELECT *, invited_on + days_to_first AS first_on,
           (invited_on + days_to_first + interval '12 months')::date AS first_anniversary,
           extract(day FROM invited_on + days_to_first)::int AS original_day
    FROM chosen
)
SELECT *, n * %(spare)s AS purchase, greatest(again_on, first_on) AS second_on,
       console_anniversary(first_anniversary, original_day, NULL, NULL, %(today)s, %(window)s)
           AS anniversary,
       console_anniversary(first_anniversary, original_day, NULL, NULL,
           greatest(again_on, first_on), -1) AS second_counts_to,
       'PA-' || lpad(upper(to_hex((n * %(spare)s * 2654435761) %% 4294967296)), 8, '0') AS number,
       'PA-' || lpad(upper(to_hex(((n * %(spare)s + 1) * 2654435761) %% 4294967296)), 8, '0')
           AS second_number,
       upper(substr(md5('vip' || n), 1, 20)) AS vip_id,
       'contact' || n || '@' || (ARRAY['mail','office','post','team'])[1 + pg_temp.pick(n, 14, 4)]
           || '.example' AS email
FROM dated
"""

_CUSTOMERS = """
INSERT INTO customers_customer (
    id, reseller_id, vip_id, name, name_key, name_sort, segment, offerings, country, region, city,
    address_1, address_2, postal_code, contact_first_name, contact_last_name, contact_email,
    email_key, language, search_identity, search_papers, managed_by_id, invited_on, created_at,
    invitation_expires_on, accepted_at, withdrawn_at, anniversary_on, anniversary_day,
    first_anniversary_on
)
SELECT n, %(reseller)s, vip_id, typed || tail, key || lower(tail), sort || lower(tail),
       (ARRAY['COM','COM','COM','EDU','EDU','GOV'])[1 + pg_temp.pick(n, 15, 6)],
       CASE pg_temp.pick(n, 16, 3) WHEN 0 THEN ARRAY['team'] WHEN 1 THEN ARRAY['enterprise']
            ELSE ARRAY['team', 'enterprise'] END,
       'EE', '', 'Tallinn', 'Pikk ' || n %% 100, '', '10123', first_name, last_name, email, email,
       'en',
       name.search || lower(tail) || ' ' || person.search || ' '
           || pg_temp.searchable(email || ' ' || vip_id),
       pg_temp.searchable(
           CASE WHEN bought THEN ' ' || number || ' PO-' || n || ' O-' || purchase ELSE '' END
           || CASE WHEN bought AND asked_again THEN ' ' || second_number ELSE '' END
       ),
       -- the first manager has a tenth, the others share the rest
       (%(managers)s::bigint[])[CASE WHEN pg_temp.pick(n, 17, 10) = 0 THEN 1
           ELSE 2 + pg_temp.pick(n, 18, cardinality(%(managers)s::bigint[]) - 1) END],
       invited_on, invited_on + time '09:00', invited_on + 30,
       CASE WHEN fate >= 25 THEN invited_on + 3 + time '10:00' END,
       CASE WHEN fate = 0 AND NOT bought THEN invited_on + 5 + time '10:00' END,
       CASE WHEN bought THEN anniversary END, CASE WHEN bought THEN original_day END,
       CASE WHEN bought THEN first_anniversary END
FROM (
    SELECT *, concat_ws(' ', '', word, n) AS tail, pg_temp.pick(n, 19, 100) AS fate
    FROM plan
) AS planned
JOIN name ON name.k = planned.organization
JOIN person ON person.k = contact
ORDER BY n
"""

_INVITATIONS = """
INSERT INTO notifications_email (
    id, reseller_id, key, template, about, to_address, to_name, language, context, subject, text,
    html, queued_at, not_before_at, attempts, provider_id, last_error, sent_at, delivered_at,
    bounced_at
)
SELECT n, %(reseller)s, 'customer_invited:' || vip_id || ':1', 'customer_invited', vip_id, email,
       'Contact ' || n, 'en', '{}', 'Your invitation', 'You are invited.', '',
       at, at, 1, 'p-' || n, '', at, CASE WHEN fate > 0 THEN at END,
       CASE WHEN fate = 0 THEN at END
FROM (
    SELECT *, invited_on + time '09:00' AS at, pg_temp.pick(n, 20, 50) AS fate FROM plan
) AS planned;

INSERT INTO customers_invitation (
    id, reseller_id, customer_id, version, token_hash, email_id, sent_at, sent_on, expires_on
)
SELECT n, %(reseller)s, n, 1, md5('a' || n) || md5('b' || n), n, invited_on + time '09:00',
       invited_on, invited_on + 30
FROM plan
"""

# Orders have the id of the purchase authorization they pay for; renewals the next one free.
_ORDERS = """
INSERT INTO authorizations_order (
    id, reseller_id, number, number_key, ordered_on, return_until_on, recorded_on, recorded_at
)
SELECT id, %(reseller)s, 'O-' || id, 'o-' || id, ordered_on, ordered_on + 14, ordered_on,
       ordered_on + time '11:00'
FROM (
    SELECT purchase AS id, least(first_on + days_to_order, %(today)s) AS ordered_on
    FROM plan WHERE bought AND first_ordered
    UNION ALL
    SELECT purchase + 1, least(second_on + days_to_order, %(today)s)
    FROM plan WHERE bought AND asked_again AND again_fate < 5
    UNION ALL
    SELECT purchase + 2, least((anniversary - interval '12 months')::date, %(today)s)
    FROM plan WHERE bought AND first_ordered AND renews AND anniversary > first_anniversary
) AS placed
"""

_AUTHORIZATIONS = """
INSERT INTO authorizations_purchaseauthorization (
    id, reseller_id, customer_id, number, po_number, created_on, created_at, counts_to,
    anniversary_day, due_on, suspends_on, lapses_on, usable_until_on, order_id, cancelled_at
)
SELECT id, %(reseller)s, n, number, 'PO-' || n, created_on, created_on + time '10:00', counts_to,
       original_day, created_on + %(due)s, created_on + %(suspended)s,
       greatest(created_on + %(suspended)s, counts_to + %(window)s) + 1, counts_to + %(window)s,
       CASE WHEN ordered THEN id END, CASE WHEN cancelled THEN created_on + time '12:00' END
FROM (
    SELECT purchase AS id, n, number, first_on AS created_on, first_anniversary AS counts_to,
           original_day, first_ordered AS ordered, false AS cancelled
    FROM plan WHERE bought
    UNION ALL
    SELECT purchase + 1, n, second_number, second_on, second_counts_to, original_day,
           again_fate < 5, again_fate = 5
    FROM plan WHERE bought AND asked_again
) AS requested;

INSERT INTO authorizations_authorizationline (reseller_id, authorization_id, product_id, quantity)
SELECT %(reseller)s, pa.id, product.id, 1 + pg_temp.pick(pa.id, 21, 50)
FROM authorizations_purchaseauthorization pa
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER ()::int AS products
      FROM authorizations_product WHERE by_authorization) AS product
    ON product.place = pg_temp.pick(pa.id / %(spare)s, 22, product.products)
WHERE pa.reseller_id = %(reseller)s
"""

_ORDER_LINES = """
INSERT INTO authorizations_orderline (
    reseller_id, order_id, customer_id, product_id, authorization_id, quantity, starts_on,
    counts_to, usable_until_on
)
SELECT pa.reseller_id, pa.order_id, pa.customer_id, line.product_id, pa.id, line.quantity,
       pa.created_on, pa.counts_to, pa.usable_until_on
FROM authorizations_purchaseauthorization pa
JOIN authorizations_authorizationline line ON line.authorization_id = pa.id
WHERE pa.reseller_id = %(reseller)s AND pa.order_id IS NOT NULL;

INSERT INTO authorizations_orderline (
    reseller_id, order_id, customer_id, product_id, quantity, starts_on, counts_to,
    usable_until_on, renews_on
)
SELECT %(reseller)s, plan.purchase + 2, plan.n, line.product_id, line.quantity,
       (plan.anniversary - interval '12 months')::date, plan.anniversary,
       plan.anniversary + %(window)s, (plan.anniversary - interval '12 months')::date
FROM plan
JOIN authorizations_authorizationline line ON line.authorization_id = plan.purchase
WHERE plan.bought AND plan.first_ordered AND plan.renews
    AND plan.anniversary > plan.first_anniversary
"""


def writes() -> list[str]:
    """Return the statements that write a tenant from its plan, in order, one each."""
    blocks = (_CUSTOMERS, _INVITATIONS, _ORDERS, _AUTHORIZATIONS, _ORDER_LINES)
    return [part for block in blocks for part in block.split(";\n")]

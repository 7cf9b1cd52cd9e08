"""What must never be found in the database, as queries: one that returns a row tells of a fault.

`./console manage invariants` runs them on a living system; the tests run them after every
race, crash and random walk.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from authorizations.licenses.queue import customers_with_lost
from authorizations.models import Assignment, NightlyRun
from authorizations.rules import rollup
from customers import tally
from reseller_console.tenancy.models import Day, Reseller


@dataclass(frozen=True)
class Invariant:
    """A sentence that is always true, and the query that would find the exceptions."""

    sentence: str
    sql: str


INVARIANTS = (
    Invariant(
        "A PA is never both ordered and cancelled.",
        "SELECT number FROM authorizations_purchaseauthorization"
        " WHERE order_id IS NOT NULL AND cancelled_at IS NOT NULL",
    ),
    Invariant(
        "A PA has at least one line.",
        "SELECT number FROM authorizations_purchaseauthorization pa WHERE NOT EXISTS"
        " (SELECT FROM authorizations_authorizationline l WHERE l.authorization_id = pa.id)",
    ),
    Invariant(
        "An order pays for exactly the lines of its PAs.",
        "SELECT pa.number FROM authorizations_purchaseauthorization pa"
        " JOIN authorizations_authorizationline l ON l.authorization_id = pa.id"
        " LEFT JOIN authorizations_orderline o ON o.authorization_id = pa.id"
        " AND o.product_id = l.product_id AND o.order_id = pa.order_id"
        " AND o.quantity = l.quantity WHERE pa.order_id IS NOT NULL AND o.id IS NULL",
    ),
    Invariant(
        "No order line belongs to a PA that is not ordered by that order.",
        "SELECT o.id FROM authorizations_orderline o"
        " JOIN authorizations_purchaseauthorization pa ON pa.id = o.authorization_id"
        " WHERE pa.order_id IS DISTINCT FROM o.order_id",
    ),
    Invariant(
        "A customer with a PA in force or a kept order has an anniversary date.",
        "SELECT c.vip_id FROM customers_customer c WHERE c.anniversary_on IS NULL AND"
        " (EXISTS (SELECT FROM authorizations_purchaseauthorization pa WHERE"
        " pa.customer_id = c.id AND pa.cancelled_at IS NULL AND pa.returned_at IS NULL)"
        " OR EXISTS (SELECT FROM authorizations_orderline l WHERE l.customer_id = c.id"
        " AND l.quantity > l.returned_quantity))",
    ),
    Invariant(
        "A withdrawn customer has no unresolved PA that has not lapsed.",
        "SELECT pa.number FROM authorizations_purchaseauthorization pa"
        " JOIN customers_customer c ON c.id = pa.customer_id"
        " WHERE c.withdrawn_at IS NOT NULL AND pa.order_id IS NULL AND pa.cancelled_at IS NULL"
        " AND pa.created_at > c.withdrawn_at",
    ),
    Invariant(
        "Exactly one invitation link of a customer is in force.",
        "SELECT c.vip_id FROM customers_customer c LEFT JOIN customers_invitation i"
        " ON i.customer_id = c.id AND i.superseded_at IS NULL"
        " GROUP BY c.id HAVING count(i.id) <> 1",
    ),
    Invariant(
        "The customer's row knows when the link in force ends.",
        "SELECT c.vip_id FROM customers_customer c JOIN customers_invitation i"
        " ON i.customer_id = c.id AND i.superseded_at IS NULL"
        " WHERE i.expires_on IS DISTINCT FROM c.invitation_expires_on",
    ),
    Invariant(
        "Every PA's creation stands in the customer's history, with who asked for it.",
        "SELECT pa.number FROM authorizations_purchaseauthorization pa WHERE NOT EXISTS"
        " (SELECT FROM customers_customerevent e WHERE e.customer_id = pa.customer_id"
        " AND e.details->>'number' = pa.number AND CASE WHEN pa.requested_by_id IS NULL"
        " THEN e.kind = 'authorization_created'"
        " ELSE e.kind = 'authorization_requested' AND e.by_id = pa.requested_by_id END)",
    ),
    Invariant(
        "Only somebody who was VIP admin of the customer then has requested a PA.",
        "SELECT pa.number FROM authorizations_purchaseauthorization pa"
        " WHERE pa.requested_by_id IS NOT NULL AND NOT EXISTS"
        " (SELECT FROM customers_membership m WHERE m.customer_id = pa.customer_id"
        " AND m.user_id = pa.requested_by_id AND m.joined_at <= pa.created_at"
        " AND (m.removed_at IS NULL OR m.removed_at >= pa.created_at))",
    ),
    Invariant(
        "An email has at most one outcome.",
        "SELECT key FROM notifications_email"
        " WHERE num_nonnulls(sent_at, failed_at, unknown_at, skipped_at) > 1",
    ),
    Invariant(
        "A reseller with a team has exactly one primary admin.",
        "SELECT reseller_id FROM accounts_user WHERE reseller_id IS NOT NULL"
        " GROUP BY reseller_id HAVING count(*) FILTER (WHERE role = 'primary') <> 1",
    ),
    Invariant(
        "A purchase belongs to its customer's reseller.",
        "SELECT pa.number FROM authorizations_purchaseauthorization pa"
        " JOIN customers_customer c ON c.id = pa.customer_id"
        " WHERE pa.reseller_id <> c.reseller_id",
    ),
    Invariant(
        "A license is held by a person of the same customer.",
        "SELECT a.id FROM authorizations_assignment a"
        " JOIN authorizations_person p ON p.id = a.person_id"
        " WHERE p.customer_id <> a.customer_id",
    ),
    Invariant(
        "Only licenses that are given to people are held by people.",
        "SELECT a.id FROM authorizations_assignment a"
        " JOIN authorizations_product p ON p.id = a.product_id WHERE p.unit <> 'user'",
    ),
    Invariant(
        "Nobody stands in a line before having been given a license.",
        "SELECT id FROM authorizations_assignment"
        " WHERE stands_at < assigned_at OR ended_at < assigned_at",
    ),
)


def broken() -> list[str]:
    """Return what is broken, a line each; nothing on a sound database.

    Beside the queries: rollup facts that would answer wrongly today, and a tally that
    disagrees with the customers' rows.
    """
    found = []
    with connection.cursor() as cursor:
        for invariant in INVARIANTS:
            cursor.execute(invariant.sql)
            rows = cursor.fetchmany(5)
            if rows:
                found.append(f"{invariant.sentence} Not so: {', '.join(str(r[0]) for r in rows)}")
    for reseller in Reseller.objects.select_related("program"):
        day = reseller.day()
        beyond = _held_beyond_owned(reseller, day)
        if beyond:
            found.append(
                f"{reseller}: after the night people hold licenses beyond what is owned,"
                f" for customers {beyond[:5]}"
            )
        drifted = [row.customer_id for row in rollup.stale(reseller, day=day) if row.drifted]
        if drifted:
            found.append(f"{reseller}: stored facts answer wrongly for customers {drifted[:5]}")
        wrong = tally.drift(reseller.pk, day)
        if wrong:
            found.append(f"{reseller}: the tally is wrong by {wrong}")
    return found


def _held_beyond_owned(reseller: Reseller, day: Day) -> list[int]:
    """Return customers some of whose people hold what is gone, once tonight's night has run.

    Before it they are shown as what they are; the night is what writes it down.
    """
    if not NightlyRun.objects.filter(
        reseller=reseller, for_day=day.today, finished_at__isnull=False
    ).exists():
        return []
    held = Assignment.objects.held().filter(reseller=reseller)
    holders = set(held.order_by().values_list("customer_id", flat=True).distinct())
    return sorted(customers_with_lost(holders, day=day))

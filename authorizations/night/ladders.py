"""What notices there are: two tables of one mechanism (`authorizations.night.notices`).

A ladder belongs to a kind of subject: a purchase authorization (PA) nobody has ordered, or the
term of a customer that ends at an anniversary date (AD) with something left to renew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from authorizations import emails
from authorizations.activity import PurchaseKind
from authorizations.models import PurchaseAuthorization
from authorizations.rules.renewals import REST, left_of
from customers.models import Customer
from reseller_console.tenancy.models import Day, Reseller


@dataclass(frozen=True)
class Kind:
    """A notice of a ladder: owed `days` days after (before, when negative) the date `fact`."""

    name: str
    fact: str
    days: int
    template: str | None
    event: str | None = None


@dataclass(frozen=True)
class Subject:
    """What a notice is about: a PA, or the term that ends at an AD."""

    customer_id: int
    authorization_id: int | None
    anniversary_on: dt.date | None


@dataclass(frozen=True)
class Told:
    """What is told of a subject: to whom, under which name, and the facts of email and event."""

    customer: Customer
    name: str
    context: dict[str, object]
    details: dict[str, str]


@dataclass(frozen=True)
class Ladder:
    """The notices of one kind of subject, in the order they fall due.

    `subjects` is SQL for a row a subject: `customer_id`, `authorization_id`, `anniversary_on`,
    the dates that kinds count from, and `since`, the day on which and before which nothing was
    owed. `same` is SQL that finds the subject's rows `n` of the ledger. Of all that is owed for
    one value of `one_email_for` only the latest goes out. `look_up` returns what is told of
    those subjects that are still as they were found.
    """

    kinds: tuple[Kind, ...]
    subjects: str
    same: str
    one_email_for: str
    look_up: Callable[[Reseller, Collection[Subject], Day], dict[Subject, Told]]


def _purchases(reseller: Reseller, subjects: Collection[Subject], day: Day) -> dict[Subject, Told]:
    rows = (
        PurchaseAuthorization.objects.unresolved()
        .filter(reseller=reseller, pk__in=[subject.authorization_id for subject in subjects])
        .select_related("customer__managed_by", "customer__reseller")
        .prefetch_related("lines__product")
    )
    return {
        Subject(row.customer_id, row.pk, None): Told(
            row.customer,
            row.number,
            # After missed nights a PA may have lapsed meanwhile: the email says what is so.
            emails.facts(row)
            | {"straight_to_lapse": row.lapses_straight or row.lapses_on <= day.today},
            {"number": row.number},
        )
        for row in rows
    }


# The last one has no email: the one before has said it, also where a PA close to the
# anniversary date lapses on the very day it would be suspended.
PURCHASES = Ladder(
    kinds=(
        Kind("due_soon", "due_on", -7, "pa_due_soon"),
        Kind("due_today", "due_on", 0, "pa_due_today"),
        Kind("overdue", "due_on", 1, "pa_overdue"),
        Kind("suspends_soon", "suspends_on", -7, "pa_suspends_soon"),
        Kind("suspended", "suspends_on", 1, "pa_suspended", PurchaseKind.SUSPENDED),
        Kind("lapsed", "lapses_on", 0, None, PurchaseKind.LAPSED),
    ),
    subjects="""
        SELECT customer_id, id AS authorization_id, NULL::date AS anniversary_on,
               created_on AS since, due_on, suspends_on, lapses_on
        FROM authorizations_purchaseauthorization
        WHERE reseller_id = %(reseller)s AND order_id IS NULL AND cancelled_at IS NULL
    """,
    same="n.authorization_id = owed.authorization_id",
    one_email_for="authorization_id",
    look_up=_purchases,
)


def _terms(reseller: Reseller, subjects: Collection[Subject], day: Day) -> dict[Subject, Told]:
    left = left_of(
        reseller, [(s.customer_id, s.anniversary_on) for s in subjects if s.anniversary_on]
    )
    customers = Customer.objects.select_related("managed_by", "reseller").in_bulk(
        [customer for customer, _date in left]
    )
    return {
        Subject(customer, None, date): Told(
            customers[customer],
            f"{customers[customer].vip_id}:{date.isoformat()}",
            emails.renewal_facts(date, rest, day=day),
            {"date": date.isoformat()},
        )
        for (customer, date), rest in left.items()
    }


# How long ago licenses may have ended without a night having run since, at the least: what
# ended before is taken as told. More where the last finished night lies further back.
LOOKED_BACK = 30

# A term is near while its window is open (`customers.standing`). After that the licenses
# themselves say when they ended; most terms that ended were renewed, and fall out by `rest`.
_TERMS = f"""
        WITH ended AS (
            SELECT l.customer_id, l.counts_to
            FROM authorizations_orderline l
            WHERE l.reseller_id = %(reseller)s AND l.usable_until_on < %(today)s
            AND l.counts_to < %(today)s - %(closes)s
            AND l.usable_until_on >= least(
                %(today)s - {LOOKED_BACK},
                (SELECT max(for_day) FROM authorizations_nightlyrun
                 WHERE reseller_id = %(reseller)s AND finished_at IS NOT NULL) - 1
            )
            AND NOT EXISTS (
                SELECT FROM authorizations_notice n WHERE n.customer_id = l.customer_id
                AND n.anniversary_on = l.counts_to AND n.authorization_id IS NULL
                AND n.kind = 'licenses_removed'
            )
            GROUP BY 1, 2
        ),
        {REST.replace("{only}", "AND l.customer_id IN (SELECT customer_id FROM ended)")}
        SELECT customer_id, NULL::bigint AS authorization_id, counts_to AS anniversary_on,
               '-infinity'::date AS since, counts_to - %(opens)s AS opens_on,
               max(usable_until_on) AS closes_on
        FROM rest JOIN ended USING (customer_id, counts_to)
        WHERE rest > 0 GROUP BY customer_id, counts_to
        UNION ALL
        SELECT id, NULL, renewal_on, '-infinity', renewal_on - %(opens)s, renewal_on + %(closes)s
        FROM customers_customer
        WHERE reseller_id = %(reseller)s
        AND renewal_on BETWEEN %(today)s - %(closes)s AND %(today)s + %(opens)s
"""

TERMS = Ladder(
    kinds=(
        Kind("renewal_opens", "opens_on", 0, "renewal_opens"),
        Kind("renewal_due", "anniversary_on", 0, "renewal_due"),
        Kind("renewal_ends_soon", "closes_on", -7, "renewal_ends_soon"),
        Kind("licenses_removed", "closes_on", 1, "licenses_removed", PurchaseKind.REMOVED),
    ),
    subjects=_TERMS,
    same=(
        "n.customer_id = owed.customer_id AND n.anniversary_on = owed.anniversary_on"
        " AND n.authorization_id IS NULL"
    ),
    one_email_for="customer_id",
    look_up=_terms,
)

LADDERS = (PURCHASES, TERMS)

"""What notices there are: two tables of one mechanism (`authorizations.night.notices`).

A ladder belongs to a kind of subject: a purchase authorization (PA) nobody has ordered, or the
term of a customer that ends at an anniversary date (AD) with something left to renew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from authorizations import emails
from authorizations.models import PurchaseAuthorization, PurchaseKind
from authorizations.rules import licenses
from authorizations.rules.edges import Edge
from authorizations.rules.renewals import left_of
from authorizations.rules.status import AWAITS_ORDER, BEGINS, Status
from customers.models import Customer
from reseller_console.tenancy.models import Day, Reseller


@dataclass(frozen=True)
class Kind:
    """A notice of a ladder: owed on the day `on`, told by an email and in the manager's digest.

    `template` names the email to the VIP admins, None for a notice that only managers get;
    `digest` is its title in the digest; `event` what is written into the activity, if anything.
    """

    name: str
    on: Edge
    template: str | None
    digest: str | Promise
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
    subjects: Callable[[], str]
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
            | {"straight_to_lapse": row.lapses_straight or row.has_lapsed_by(day.today)},
            {"number": row.number},
        )
        for row in rows
    }


# The last one has no email: the one before has said it, also where a PA close to the
# anniversary date lapses on the very day it would be suspended.
PURCHASES = Ladder(
    kinds=(
        Kind("due_soon", Edge("due_on", -7), "pa_due_soon", _("Order due within a week")),
        Kind("due_today", Edge("due_on"), "pa_due_today", _("Order due today")),
        Kind(
            "overdue",
            BEGINS[Status.OVERDUE],
            "pa_overdue",
            _("Overdue: new purchase authorizations are blocked"),
        ),
        Kind(
            "suspends_soon",
            Edge("suspends_on", -7),
            "pa_suspends_soon",
            _("Licenses stop working within a week"),
        ),
        Kind(
            "suspended",
            BEGINS[Status.SUSPENDED],
            "pa_suspended",
            _("Licenses have stopped working"),
            PurchaseKind.SUSPENDED,
        ),
        Kind(
            "lapsed",
            BEGINS[Status.LAPSED],
            None,
            _("Lapsed: the licenses are gone"),
            PurchaseKind.LAPSED,
        ),
    ),
    subjects=lambda: (
        f"""
        SELECT customer_id, id AS authorization_id, NULL::date AS anniversary_on,
               created_on AS since, due_on, suspends_on, lapses_on
        FROM authorizations_purchaseauthorization
        WHERE reseller_id = %(reseller)s AND {AWAITS_ORDER}
    """
    ),
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


@dataclass(frozen=True)
class TermDates:
    """The dates that the notices of a term count from."""

    anniversary_on: dt.date
    opens_on: dt.date
    closes_on: dt.date


# How long ago licenses may have ended without a night having run since, at the least: what
# ended before is taken as told. More where the last finished night lies further back.
LOOKED_BACK = 30

# The notice that ends a term's ladder: once it is told, nothing more is owed about the term.
_REMOVED = "licenses_removed"
_ENDED = "l.reseller_id = %(reseller)s AND l.customer_id IN (SELECT customer_id FROM ended)"


def _terms_near() -> str:
    """Return SQL for the terms whose renewal window is open, and those whose licenses ended.

    A term is near while its window is open (`customers.standing`). After that the licenses
    themselves say when they ended; most terms that ended were renewed, and fall out by `rest`,
    a block of SQL (`authorizations.rules.licenses`).
    """
    return f"""
        WITH ended AS (
            SELECT l.customer_id, l.counts_to
            FROM authorizations_orderline l
            WHERE l.reseller_id = %(reseller)s AND l.usable_until_on < %(today)s
            AND l.counts_to < %(first_near)s
            AND l.usable_until_on >= least(
                %(today)s - {LOOKED_BACK},
                (SELECT max(for_day) FROM authorizations_nightlyrun
                 WHERE reseller_id = %(reseller)s AND finished_at IS NOT NULL) - 1
            )
            AND NOT EXISTS (
                SELECT FROM authorizations_notice n WHERE n.customer_id = l.customer_id
                AND n.anniversary_on = l.counts_to AND n.authorization_id IS NULL
                AND n.kind = '{_REMOVED}'
            )
            GROUP BY 1, 2
        ),
        {licenses.rest(_ENDED)}
        SELECT customer_id, NULL::bigint AS authorization_id, counts_to AS anniversary_on,
               '-infinity'::date AS since, counts_to + %(opens)s AS opens_on,
               max(usable_until_on) AS closes_on
        FROM rest JOIN ended USING (customer_id, counts_to)
        WHERE rest > 0 GROUP BY customer_id, counts_to
        UNION ALL
        SELECT id, NULL, renewal_on, '-infinity', renewal_on + %(opens)s, renewal_on + %(closes)s
        FROM customers_customer
        WHERE reseller_id = %(reseller)s AND renewal_on BETWEEN %(first_near)s AND %(last_near)s
    """


TERMS = Ladder(
    kinds=(
        Kind(
            "renewal_opens",
            Edge("opens_on"),
            "renewal_opens",
            _("The renewal window has opened"),
        ),
        Kind(
            "renewal_due",
            Edge("anniversary_on"),
            "renewal_due",
            _("Not renewed at the anniversary date"),
        ),
        Kind(
            "renewal_ends_soon",
            Edge("closes_on", -7),
            "renewal_ends_soon",
            _("Not renewed: access ends within a week"),
        ),
        Kind(
            _REMOVED,
            Edge("closes_on", 1),
            "licenses_removed",
            _("Not renewed: the licenses are gone"),
            PurchaseKind.REMOVED,
        ),
    ),
    subjects=_terms_near,
    same=(
        "n.customer_id = owed.customer_id AND n.anniversary_on = owed.anniversary_on"
        " AND n.authorization_id IS NULL"
    ),
    one_email_for="customer_id",
    look_up=_terms,
)

LADDERS = (PURCHASES, TERMS)

"""Record an order: a purchase placed with the vendor, for any number of customers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from authorizations.actions.anniversary import set_by_first_purchase
from authorizations.actions.create import remember_papers
from authorizations.actions.placing import (
    Direct,
    Renewal,
    check_order_date,
    drop_what_is_left,
    insert_order,
    lines_bought_directly,
    lines_that_pay,
    lines_that_renew,
)
from authorizations.actions.tell_order import tell_of_order
from authorizations.models import Order, OrderLine, PurchaseAuthorization
from authorizations.rules.dates import term_of_customer
from authorizations.rules.reasons import why_not_ordered
from authorizations.rules.status import Status
from customers.actions.frame import Work, acting_on
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Day


def record_order(
    authorizations: Sequence[PurchaseAuthorization] = (),
    *,
    direct: Sequence[Direct] = (),
    renewals: Sequence[Renewal] = (),
    number: str,
    ordered_on: dt.date,
    by: User,
    day: Day,
) -> Order:
    """Record one order of one reseller: it pays for whole PAs, buys directly, and renews.

    `ordered_on` lies between the latest PA's date and today; it decides the term of direct
    purchases, and which term is renewed, whenever the order is recorded. Works for Pending,
    Overdue, Suspended and Lapsed PAs; recorded after their licenses ended it clears the block and
    gives no licenses. Raises ActionRefused with code "nothing", "ordered_already",
    "order_date" and "renewal_window" (field ordered_on), "number_taken" (field number),
    "nothing_to_renew", or a line's own code (`authorizations.catalog.lines`).
    """
    concerned = [
        *(row.customer for row in authorizations),
        *(row.customer for row in direct),
        *(row.customer for row in renewals),
    ]
    if not concerned:
        raise ActionRefused(_("Choose at least one purchase authorization."), code="nothing")
    with acting_on(concerned, by=by, day=day) as work:
        rows = _locked(work, authorizations)
        check_order_date(ordered_on, rows, today=day.today)
        order = insert_order(work.reseller, number=number, ordered_on=ordered_on, by=by, day=day)
        lines = lines_that_pay(order, rows)
        for bought in _with_locked(work, direct):
            term = term_of_customer(bought.customer, ordered_on, terms=day.terms)
            set_by_first_purchase(work, bought.customer, term)
            lines += lines_bought_directly(order, bought, day=day)
        for renewal in _with_locked(work, renewals):
            lines += lines_that_renew(order, renewal, day=day)
        PurchaseAuthorization.objects.filter(pk__in=[row.pk for row in rows]).update(order=order)
        OrderLine.objects.bulk_create(lines)
        _drop(order, [row.customer for row in renewals if row.completes], lines)
        remember_papers(work.customers, number)
        tell_of_order(work, order, rows, lines)
    return order


def _locked(
    work: Work, authorizations: Sequence[PurchaseAuthorization]
) -> list[PurchaseAuthorization]:
    """Return PAs as they are now, with the locked customers; refuse those that are settled."""
    rows = list(
        PurchaseAuthorization.objects.on(work.day.today)
        .filter(pk__in=[row.pk for row in authorizations], reseller=work.reseller)
        .prefetch_related("lines__product")
    )
    of_ids = {customer.pk: customer for customer in work.customers}
    for row in rows:
        row.customer = of_ids[row.customer_id]
        sentence = why_not(row, today=work.day.today)
        if sentence:
            raise ActionRefused(sentence, code="ordered_already")
    return rows


def why_not(authorization: PurchaseAuthorization, *, today: dt.date) -> str:
    """Return why no order can be recorded for a PA in its state on `today`; blank when one can."""
    state, seller = Status(authorization.status), authorization.customer.reseller
    return why_not_ordered(state, authorization, seller=seller, today=today)


def _with_locked[Bought: (Direct, Renewal)](
    work: Work, purchases: Sequence[Bought]
) -> list[Bought]:
    of_ids = {customer.pk: customer for customer in work.customers}
    return [replace(row, customer=of_ids[row.customer.pk]) for row in purchases]


def _drop(order: Order, completing: Sequence[Customer], lines: Sequence[OrderLine]) -> None:
    renewed = {line.customer_id: line.renews_on for line in lines if line.renews_on}
    for customer in completing:
        drop_what_is_left(order, customer, renewed[customer.pk])

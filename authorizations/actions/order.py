"""Record orders: purchases placed with the vendor, each for any number of customers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import connection
from django.utils.translation import gettext as _

from authorizations.actions.anniversary import set_by_first_purchases
from authorizations.actions.placing import (
    Direct,
    OwnedInTerms,
    Placed,
    Renewal,
    check_order_date,
    drop_what_is_left,
    insert_orders,
    lines_bought_directly,
    lines_that_pay,
    lines_that_renew,
    owned_by_renewals,
)
from authorizations.actions.tell_order import Bought, tell_of_orders
from authorizations.models import Order, OrderLine, PurchaseAuthorization
from authorizations.rules.dates import term_of_customer
from authorizations.rules.reasons import why_not_ordered
from authorizations.rules.renewals import TermKey
from authorizations.rules.status import Status
from customers.actions.frame import Work, acting_on
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.text import searchable
from reseller_console.tenancy.models import Day

_PAY = """
UPDATE authorizations_purchaseauthorization pa SET order_id = paid.order_id
FROM unnest(%s::bigint[], %s::bigint[]) AS paid (id, order_id) WHERE pa.id = paid.id
"""
_REMEMBER = """
UPDATE customers_customer c SET search_papers = c.search_papers || ' ' || told.words
FROM unnest(%s::bigint[], %s::text[]) AS told (id, words) WHERE c.id = told.id
"""


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
    placed = Placed(number, ordered_on, authorizations, direct, renewals)
    (order,) = record_orders([placed], by=by, day=day)
    return order


def record_orders(placed: Sequence[Placed], *, by: User, day: Day) -> list[Order]:
    """Record orders of one reseller, all or none of them; the rules are those of `record_order`.

    No PA is in two of them. As many statements for many as for one, but for the customers whose
    first purchase sets their anniversary date. Raises ActionRefused as `record_order` does.
    """
    concerned = [row for one in placed for row in one.customers]
    if not placed or not all(one.customers for one in placed):
        raise ActionRefused(_("Choose at least one purchase authorization."), code="nothing")
    with acting_on({row.pk: row for row in concerned}.values(), by=by, day=day) as work:
        return record_within(work, placed, by=by)


def record_within(work: Work, placed: Sequence[Placed], *, by: User) -> list[Order]:
    """Record orders as a part of a verb that has locked all their customers."""
    day = work.day
    placed = _as_they_are_now(work, placed)
    for one in placed:
        check_order_date(one.ordered_on, one.authorizations, today=day.today)
    orders = insert_orders(work.reseller, placed, by=by, day=day)
    set_by_first_purchases(
        work,
        (
            (row.customer, term_of_customer(row.customer, one.ordered_on, terms=day.terms))
            for one in placed
            for row in one.direct
        ),
    )
    owned = owned_by_renewals(work.reseller, placed, day=day)
    bought = [
        Bought(order, one.authorizations, _lines_of(work, order, one, owned=owned))
        for order, one in zip(orders, placed, strict=True)
    ]
    _pay(bought)
    OrderLine.objects.bulk_create([line for one in bought for line in one.lines], batch_size=2_000)
    _drop(placed, bought)
    _remember(bought)
    tell_of_orders(work, bought)
    return orders


def _lines_of(work: Work, order: Order, one: Placed, *, owned: OwnedInTerms) -> list[OrderLine]:
    lines = lines_that_pay(order, one.authorizations)
    for bought in one.direct:
        lines += lines_bought_directly(order, bought, day=work.day)
    for renewal in one.renewals:
        lines += lines_that_renew(order, renewal, owned=owned, day=work.day)
    return lines


def _as_they_are_now(work: Work, placed: Sequence[Placed]) -> list[Placed]:
    """Return orders of what is locked, as it is now; refuse PAs that are settled."""
    rows = {
        row.pk: row for row in _locked(work, [pa for one in placed for pa in one.authorizations])
    }
    locked = {customer.pk: customer for customer in work.customers}
    return [
        replace(
            one,
            authorizations=[rows[row.pk] for row in one.authorizations if row.pk in rows],
            direct=_with_locked(locked, one.direct),
            renewals=_with_locked(locked, one.renewals),
        )
        for one in placed
    ]


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


def _with_locked[Purchase: (Direct, Renewal)](
    locked: Mapping[int, Customer], purchases: Sequence[Purchase]
) -> list[Purchase]:
    return [replace(row, customer=locked[row.customer.pk]) for row in purchases]


def _pay(bought: Sequence[Bought]) -> None:
    """Let every PA say which order pays for it."""
    order_of = {row.pk: one.order.pk for one in bought for row in one.paid}
    with connection.cursor() as cursor:
        cursor.execute(_PAY, [list(order_of), list(order_of.values())])


def _drop(placed: Sequence[Placed], bought: Sequence[Bought]) -> None:
    """Drop what is left of the terms whose renewal an order completes, the first of several."""
    completed: dict[TermKey, Order] = {}
    for one, made in zip(placed, bought, strict=True):
        completing = {row.customer.pk for row in one.renewals if row.completes}
        for line in made.lines:
            if line.renews_on and line.customer_id in completing:
                completed.setdefault((line.customer_id, line.renews_on), made.order)
    drop_what_is_left(completed)


def _remember(bought: Sequence[Bought]) -> None:
    """Let every customer be found by the numbers of its orders."""
    words: dict[int, list[str]] = defaultdict(list)
    for one in bought:
        number = searchable(one.order.number)
        for pk in {line.customer_id for line in one.lines}:
            words[pk].append(number)
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, [list(words), [" ".join(some) for some in words.values()]])

"""Tell of an order: the activity of its customers, and the emails to their VIP admins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from authorizations.emails import facts, order_facts, order_name, products_in_words
from authorizations.models import (
    DroppedRenewal,
    Order,
    OrderLine,
    PurchaseAuthorization,
    PurchaseKind,
)
from customers.actions.frame import Work
from customers.admins.recipients import Recipient, vip_admins_of
from customers.emails import drafts_to_vip_admins
from customers.models import Customer

Recipients = dict[int, list[Recipient]]


@dataclass(frozen=True)
class Bought:
    """A stored order, the PAs it pays for, and all its lines."""

    order: Order
    paid: Sequence[PurchaseAuthorization]
    lines: Sequence[OrderLine]


def tell_of_orders(work: Work, bought: Sequence[Bought]) -> None:
    """Tell of each order: PA by PA what it pays for, by customer what was bought and renewed.

    The recipients of all are looked up at once, and so is what was dropped.
    """
    # Every email names the customer's manager.
    prefetch_related_objects(work.customers, "managed_by")
    recipients = vip_admins_of(work.customers)
    dropped: dict[tuple[int, int], list[DroppedRenewal]] = defaultdict(list)
    if any(line.renews_on for one in bought for line in one.lines):
        orders = [one.order for one in bought]
        for left in DroppedRenewal.objects.filter(order__in=orders).select_related("product"):
            dropped[left.order_id, left.customer_id].append(left)
    for one in bought:
        _tell(work, one, recipients, dropped)


def _tell(
    work: Work,
    one: Bought,
    recipients: Recipients,
    dropped: dict[tuple[int, int], list[DroppedRenewal]],
) -> None:
    for row in one.paid:
        _tell_of_paid(work, one.order, row, recipients)
    directly: dict[Customer, list[OrderLine]] = defaultdict(list)
    renewed: dict[Customer, list[OrderLine]] = defaultdict(list)
    for line in one.lines:
        if line.renews_on is not None:
            renewed[line.customer].append(line)
        elif line.authorization_id is None:
            directly[line.customer].append(line)
    for customer, some in directly.items():
        _tell_of_bought(work, one.order, customer, some, recipients)
    for customer, some in renewed.items():
        left = dropped[one.order.pk, customer.pk]
        _tell_of_renewed(work, one.order, customer, some, left, recipients)


def _tell_of_paid(
    work: Work, order: Order, row: PurchaseAuthorization, recipients: Recipients
) -> None:
    work.event(row.customer, PurchaseKind.ORDERED, number=row.number, order=order.number)
    dates = {"order_number": order.number, "ordered_on": order.ordered_on.isoformat()}
    _email(work, row.customer, "pa_ordered", row.number, facts(row) | dates, recipients)


def _tell_of_bought(
    work: Work,
    order: Order,
    customer: Customer,
    lines: Sequence[OrderLine],
    recipients: Recipients,
) -> None:
    products = _in_words(lines)
    work.event(customer, PurchaseKind.BOUGHT, order=order.number, products=products)
    context = order_facts(order, lines)
    _email(work, customer, "licenses_ordered", order_name(order, customer), context, recipients)


def _tell_of_renewed(
    work: Work,
    order: Order,
    customer: Customer,
    lines: Sequence[OrderLine],
    dropped: Sequence[DroppedRenewal],
    recipients: Recipients,
) -> None:
    products = _in_words(lines)
    work.event(customer, PurchaseKind.RENEWED, order=order.number, products=products)
    if dropped:
        left = _in_words(dropped)
        work.event(customer, PurchaseKind.DROPPED, order=order.number, products=left)
    context = order_facts(order, lines, dropped=dropped)
    _email(work, customer, "licenses_renewed", order_name(order, customer), context, recipients)


def _in_words(rows: Sequence[OrderLine] | Sequence[DroppedRenewal]) -> str:
    return products_in_words([(row.product.name, row.quantity) for row in rows])


def _email(
    work: Work,
    customer: Customer,
    template: str,
    name: str,
    context: dict[str, object],
    recipients: Recipients,
) -> None:
    work.email(
        *drafts_to_vip_admins(
            customer,
            template=template,
            key=f"{template}:{name}",
            context=context,
            recipients=recipients[customer.pk],
        )
    )

"""What is known here of all that a report names: a handful of queries, whatever its size."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from authorizations.models import Order, OrderLine, Product, PurchaseAuthorization, ReportLine
from authorizations.rules.dates import renewed_by
from authorizations.rules.renewals import Owned, TermKey, owned_in_terms
from customers.models import Customer
from reseller_console.lib.text import comparison_key, fold
from reseller_console.tenancy.models import Day, Reseller


@dataclass
class Known:
    """What lines are compared with: each by what lines call it by."""

    customers: dict[str, Customer]
    products: dict[str, list[Product]]
    authorizations: dict[str, PurchaseAuthorization]
    # Those that await an order, the oldest first.
    by_po: dict[str, list[PurchaseAuthorization]]
    by_customer: dict[int, list[PurchaseAuthorization]]
    orders: dict[str, Order]
    lines: dict[int, list[OrderLine]]
    owned: dict[TermKey, dict[int, Owned]]
    day: Day

    def renews(self, customer: Customer, product: Product, ordered_on: dt.date) -> bool:
        """Whether an order of that date renews the product: in a window, with something left."""
        anniversary = renewed_by(customer, ordered_on, terms=self.day.terms)
        of_term = self.owned.get((customer.pk, anniversary), {}) if anniversary else {}
        return product.pk in of_term and of_term[product.pk].left > 0


def known_to(reseller: Reseller, lines: Sequence[ReportLine], *, day: Day) -> Known:
    """Look up what lines name."""
    vip_ids = {line.vip_id for line in lines if line.vip_id}
    named = Customer.objects.filter(reseller=reseller, vip_id__in=vip_ids).shown_on(day)
    customers = {row.vip_id: row for row in named}
    for customer in customers.values():
        customer.reseller = reseller
    authorizations = _authorizations(reseller, lines, list(customers.values()), day=day)
    orders, bought = _orders(reseller, lines)
    known = Known(
        customers=customers,
        products=_products(),
        authorizations={row.number: row for row in authorizations},
        by_po=defaultdict(list),
        by_customer=defaultdict(list),
        orders=orders,
        lines=bought,
        owned=_owned(reseller, lines, customers, day=day),
        day=day,
    )
    for row in authorizations:
        if row.order_id is None and row.cancelled_at is None:
            known.by_po[comparison_key(row.po_number)].append(row)
            known.by_customer[row.customer_id].append(row)
    return known


def _authorizations(
    reseller: Reseller, lines: Sequence[ReportLine], customers: Sequence[Customer], *, day: Day
) -> list[PurchaseAuthorization]:
    numbers = {line.authorization_number for line in lines if line.authorization_number}
    awaiting = Q(order__isnull=True, cancelled_at__isnull=True)
    # PO numbers are compared without their case and signs, so that all that wait are read for them.
    wanted = (
        awaiting if any(line.po_number for line in lines) else awaiting & Q(customer__in=customers)
    )
    rows = PurchaseAuthorization.objects.on(day.today).filter(
        Q(number__in=numbers) | wanted, reseller=reseller
    )
    return list(
        rows.select_related("customer", "order")
        .prefetch_related("lines__product")
        .order_by("created_on", "id")
    )


def _products() -> dict[str, list[Product]]:
    found: dict[str, list[Product]] = defaultdict(list)
    for product in Product.objects.all():
        offering = str(product.get_offering_display())
        for name in (
            product.name,
            f"{product.name} {offering}",
            f"{product.name} ({offering})",
        ):
            found[fold(name)].append(product)
    return found


def _orders(
    reseller: Reseller, lines: Sequence[ReportLine]
) -> tuple[dict[str, Order], dict[int, list[OrderLine]]]:
    keys = {comparison_key(line.order_number) for line in lines}
    orders = {
        row.number_key: row for row in Order.objects.filter(reseller=reseller, number_key__in=keys)
    }
    bought: dict[int, list[OrderLine]] = defaultdict(list)
    rows = OrderLine.objects.filter(order__in=orders.values()).select_related(
        "customer", "product", "authorization"
    )
    for row in rows:
        bought[row.order_id].append(row)
    return orders, bought


def _owned(
    reseller: Reseller,
    lines: Sequence[ReportLine],
    customers: dict[str, Customer],
    *,
    day: Day,
) -> dict[TermKey, dict[int, Owned]]:
    dated = {
        (customers[line.vip_id], line.ordered_on)
        for line in lines
        if line.ordered_on and line.vip_id in customers
    }
    dates = [(row, renewed_by(row, on, terms=day.terms)) for row, on in dated if on]
    terms = {(row.pk, date) for row, date in dates if date}
    return owned_in_terms(reseller, terms) if terms else {}

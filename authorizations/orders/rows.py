"""Orders as rows: what each is for, its products, its terms, and what came back of it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from authorizations.emails import products_in_words
from authorizations.models import Order, OrderLine
from authorizations.orders.words import purpose, term_in_words
from authorizations.rules.reasons import why_not_returned
from customers.models import Customer

_COLUMNS = (
    "order",
    "product__name",
    "quantity",
    "kept",
    "authorization__number",
    "renews_on",
    "starts_on",
    "counts_to",
    "customer__name",
    "customer__vip_id",
)


class Line(NamedTuple):
    """A line of an order, as plain values: objects are most of the work of a long table."""

    product: str
    quantity: int
    kept: int
    authorization: str | None
    renews_on: dt.date | None
    starts_on: dt.date
    counts_to: dt.date
    customer: str
    vip_id: str

    @property
    def purpose(self) -> str:
        """What it was bought for."""
        return purpose(self.authorization, self.renews_on)


@dataclass(frozen=True)
class OrderRow:
    """An order on a day, with its lines: all of them, or one customer's."""

    order: Order
    today: dt.date
    lines: Sequence[Line]

    @cached_property
    def purposes(self) -> list[str]:
        """What it was for, each once."""
        return list(dict.fromkeys(line.purpose for line in self.lines))

    @cached_property
    def terms(self) -> list[str]:
        """The license terms of its lines, each once."""
        terms = sorted({(line.starts_on, line.counts_to) for line in self.lines})
        return [term_in_words(*term) for term in terms]

    @cached_property
    def products(self) -> list[tuple[str, int]]:
        """Its products and how many licenses of each, in the order they were entered."""
        sums: dict[str, int] = defaultdict(int)
        for line in self.lines:
            sums[line.product] += line.quantity
        return list(sums.items())

    @property
    def products_in_words(self) -> str:
        """The same in a line."""
        return products_in_words(self.products)

    @cached_property
    def customers(self) -> list[tuple[str, str]]:
        """Names and VIP IDs of those it was for, each once."""
        return list(dict.fromkeys((line.customer, line.vip_id) for line in self.lines))

    @property
    def licenses(self) -> int:
        """How many licenses were ordered."""
        return sum(line.quantity for line in self.lines)

    @property
    def returned(self) -> int:
        """How many of them were returned."""
        return sum(line.quantity - line.kept for line in self.lines)

    @property
    def returned_whole(self) -> bool:
        """Whether nothing is left of it."""
        return self.returned == self.licenses

    @property
    def why_not_returned(self) -> str:
        """Why nothing of it can go back on that day by its window; blank while something can."""
        return why_not_returned(self.order, today=self.today)

    @property
    def may_be_returned(self) -> bool:
        """Whether something of it can go back on that day."""
        return not self.returned_whole and not self.why_not_returned

    @property
    def may_be_corrected(self) -> bool:
        """Whether it was recorded on that day, and so is still the manager's."""
        return self.order.recorded_on == self.today


def rows_of(
    orders: Sequence[Order], *, today: dt.date, customer: Customer | None = None
) -> list[OrderRow]:
    """Return orders as rows, with all their lines or a customer's, by one query for all."""
    lines: dict[int, list[Line]] = defaultdict(list)
    if orders:
        found = OrderLine.objects.filter(order__in=orders).with_kept()
        if customer is not None:
            found = found.filter(customer=customer)
        for order, *values in found.order_by("id").values_list(*_COLUMNS):
            lines[order].append(Line(*values))
    return [OrderRow(order, today, lines[order.pk]) for order in orders]

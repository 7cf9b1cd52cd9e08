"""The purchases of a customer's year, by date: PAs, orders, renewals and returns by their verbs."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.create import create_authorization
from authorizations.actions.give_back import record_return
from authorizations.actions.order import record_order
from authorizations.actions.placing import Direct, Renewal
from authorizations.models import Order, OrderLine, Product, PurchaseAuthorization
from customers.models import Customer
from reseller_console.accounts.models import User
from tests.personas import day_of

_numbers = itertools.count(1)


@dataclass
class Year:
    """One customer's purchases; every day is given as text, "2026-03-02"."""

    customer: Customer
    by: User
    set_today: object
    products: Mapping[str, Product]
    last: Order | None = field(default=None, init=False)

    def _day(self, on: str):
        return day_of(self.customer, self.set_today(on))

    def _lines(self, **quantities: int):
        return [(self.products[name], number) for name, number in quantities.items()]

    def authorize(self, on: str, **quantities: int) -> PurchaseAuthorization:
        return create_authorization(
            self.customer,
            lines=self._lines(**quantities),
            po_number="",
            by=self.by,
            day=self._day(on),
        )

    def cancel(self, on: str, pa: PurchaseAuthorization) -> None:
        cancel_authorization(pa, by=self.by, day=self._day(on))

    def order(self, on: str, *rows: PurchaseAuthorization, dated: str = "") -> Order:
        return self._record(on, dated, authorizations=rows)

    def order_directly(self, on: str, *, dated: str = "", **quantities: int) -> Order:
        return self._record(on, dated, direct=[Direct(self.customer, self._lines(**quantities))])

    def renew(
        self, on: str, *, dated: str = "", completes: bool = False, **quantities: int
    ) -> Order:
        renewal = Renewal(self.customer, self._lines(**quantities), completes)
        return self._record(on, dated, renewals=[renewal])

    def _record(self, on: str, dated: str, **what) -> Order:
        day = self._day(on)
        return record_order(
            number=f"Y-{next(_numbers)}",
            ordered_on=dt.date.fromisoformat(dated or on),
            by=self.by,
            day=day,
            **what,
        )

    def give_back(self, on: str, order: Order, number: str = "", **quantities: int):
        lines = OrderLine.objects.filter(order=order, customer=self.customer)
        named = {line.pk: line.product for line in lines.select_related("product")}
        wanted = {self.products[name]: count for name, count in quantities.items()}
        return record_return(
            order,
            self.customer,
            quantities={pk: wanted[product] for pk, product in named.items() if product in wanted}
            or None,
            number=number or f"RMA-{next(_numbers)}",
            by=self.by,
            day=self._day(on),
        )


@pytest.fixture
def year(make_customer, alice, photoshop, acrobat, set_today, pinned_today):
    """The year of a customer invited on New Year's Day 2025; products `photo` and `acro`."""
    set_today("2025-01-01")
    customer = make_customer()
    return Year(customer, alice, set_today, {"photo": photoshop, "acro": acrobat})

"""Plays the events of a customer's years with the product's own verbs, each on its day.

Unlike the naive model beside it, it is made of the product: `reading` reads from it what the
model says, and the tests compare the two.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import singledispatchmethod

from django.db import transaction

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.create import create_authorization
from authorizations.actions.give_back import record_return
from authorizations.actions.order import record_order
from authorizations.actions.placing import Direct, Renewal
from authorizations.models import Order, OrderLine, Product, PurchaseAuthorization, Unit
from customers.actions.invitation import resend_invitation, withdraw_invitation
from customers.actions.invite import CustomerDetails, invite_customer
from customers.models import Customer
from reseller_console.accounts.models import Role, User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Day, Program, ProgramTerms, Reseller
from tests.year.events import (
    Authorized,
    Cancelled,
    Event,
    Invited,
    Lines,
    Ordered,
    Renewed,
    Resent,
    Returned,
    Terms,
    Withdrawn,
)

PRODUCTS = ("A", "B", "C", "Z")
# What the verbs say where the model says one thing.
CODES = {
    "cancelled": "ordered_already",
    "too_late": "return_window",
    "nothing_left": "returned_more",
    "too_many": "returned_more",
    "changed": "returned_more",
}

_numbers = itertools.count(1)


def as_in_the_model(code: str) -> str:
    """Return what the model calls a refusal of this code, of a verb or of its own."""
    return CODES.get(code, code)


@dataclass
class Shop:
    """A reseller with a program, products by the model's names, and a manager who does it all."""

    reseller: Reseller
    by: User
    products: Mapping[str, Product]
    set_today: Callable[[date], object]

    @classmethod
    def open(
        cls,
        terms: Iterable[Terms],
        consumables: Iterable[str],
        *,
        set_today: Callable[[date], object],
        time_zone: str = "Etc/UTC",
    ) -> Shop:
        """Make them, with the program's terms as the model has them."""
        name = f"Shop {next(_numbers)}"
        program = Program.objects.create(name=name)
        ProgramTerms.objects.bulk_create(_terms(program, row) for row in terms)
        reseller = Reseller.objects.create(name=name, program=program, time_zone=time_zone)
        by = User.objects.create(
            email=f"{name.replace(' ', '')}@shop.example",
            name="Mia Manager",
            reseller=reseller,
            role=Role.PRIMARY,
        )
        names = {*PRODUCTS, *consumables}
        return cls(
            reseller,
            by,
            {one: _product(f"{name} {one}", one in consumables) for one in names},
            set_today,
        )

    def day(self, today: date) -> Day:
        """Let it be a day, for the product as well, and return it."""
        self.set_today(today)
        return self.reseller.day(today)


def _terms(program: Program, row: Terms) -> ProgramTerms:
    return ProgramTerms(
        program=program,
        effective_on=row.effective_on,
        order_due_days=row.due,
        suspended_after_days=row.suspended,
        renewal_opens_days=row.opens,
        renewal_closes_days=row.closes,
        upcoming_days=row.upcoming,
        return_days=row.returns,
    )


def _product(name: str, is_consumable: bool) -> Product:
    return Product.objects.create(
        name=name,
        family="Year",
        offering="team",
        unit=Unit.PACK if is_consumable else Unit.USER,
        by_authorization=not is_consumable,
    )


@dataclass
class Played:
    """A customer of a shop, with what its events have made, by the events' names."""

    shop: Shop
    customer: Customer = field(init=False)
    authorizations: dict[str, PurchaseAuthorization] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)

    def record(self, event: Event) -> None:
        """Let an event happen; raises ActionRefused as the verb does."""
        self._record(event, self.shop.day(event.on))

    def refusal(self, event: Event) -> str | None:
        """Return the code an event is refused with, in the model's words; it leaves nothing."""
        with _undone(), self._remembering_nothing():
            try:
                self.record(event)
            except ActionRefused as refused:
                return as_in_the_model(refused.code)
        return None

    @contextmanager
    def _remembering_nothing(self):
        kept = dict(self.authorizations), dict(self.orders)
        yield
        self.authorizations, self.orders = kept

    @singledispatchmethod
    def _record(self, event: Event, day: Day) -> None:
        raise TypeError(event)

    @_record.register
    def _(self, event: Invited, day: Day) -> None:
        self.customer = invite_customer(
            self.shop.reseller,
            details=_details(next(_numbers)),
            custom_anniversary_on=event.custom,
            same_name_ok=True,
            by=self.shop.by,
            day=day,
        )

    @_record.register
    def _(self, event: Withdrawn, day: Day) -> None:
        withdraw_invitation(self.customer, by=self.shop.by, day=day)

    @_record.register
    def _(self, event: Resent, day: Day) -> None:
        resend_invitation(self.customer, by=self.shop.by, day=day)

    @_record.register
    def _(self, event: Authorized, day: Day) -> None:
        self.authorizations[event.name] = create_authorization(
            self.customer, lines=self._lines(event.lines), po_number="", by=self.shop.by, day=day
        )

    @_record.register
    def _(self, event: Cancelled, day: Day) -> None:
        cancel_authorization(self.authorizations[event.name], by=self.shop.by, day=day)

    @_record.register
    def _(self, event: Ordered, day: Day) -> None:
        direct = [Direct(self.customer, self._lines(event.direct))] if event.direct else []
        covered = [self.authorizations[name] for name in event.authorizations]
        self._order(event, day, authorizations=covered, direct=direct)

    @_record.register
    def _(self, event: Renewed, day: Day) -> None:
        renewal = Renewal(self.customer, self._lines(event.lines), event.completes)
        self._order(event, day, renewals=[renewal])

    def _order(self, event: Ordered | Renewed, day: Day, **what) -> None:
        self.orders[event.name] = record_order(
            number=f"Y-{next(_numbers)}",
            ordered_on=event.dated,
            by=self.shop.by,
            day=day,
            **what,
        )

    @_record.register
    def _(self, event: Returned, day: Day) -> None:
        order = self.orders[event.order]
        record_return(
            order,
            self.customer,
            quantities=None if event.lines is None else self._quantities(event, order),
            number=f"RMA-{next(_numbers)}",
            by=self.shop.by,
            day=day,
        )

    def _lines(self, lines: Lines) -> list[tuple[Product, int]]:
        return [(self.shop.products[name], number) for name, number in lines.items()]

    def _quantities(self, event: Returned, order: Order) -> dict[int, int]:
        papers = {name: pa.pk for name, pa in self.authorizations.items()}
        rows = OrderLine.objects.filter(order=order, customer=self.customer)
        ids = {(row.authorization_id, row.product_id): row.pk for row in rows}
        # A line the order does not have has no id.
        return {
            ids.get((papers.get(pa), self.shop.products[product].pk), 0): number
            for (pa, product), number in event.lines.items()
        }


def _details(number: int) -> CustomerDetails:
    return CustomerDetails(
        name=f"Years {number}",
        segment="COM",
        offerings=["team", "enterprise"],
        country="EE",
        region="",
        city="Tallinn",
        address_1="Pikk 1",
        address_2="",
        postal_code="10123",
        contact_first_name="Vera",
        contact_last_name="Vaher",
        contact_email=f"vera{number}@years.example",
        language="en",
    )


@contextmanager
def _undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)

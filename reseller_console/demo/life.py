"""The purchases of one customer: PAs, orders, renewals and returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict

from authorizations import emails as purchase_emails
from authorizations.actions.order import check_order_date
from authorizations.models import (
    AuthorizationLine,
    Order,
    OrderLine,
    Product,
    PurchaseAuthorization,
    PurchaseKind,
)
from authorizations.rules.dates import Term, born_with, term_of
from customers.emails import draft_to_colleague
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.demo import mail
from reseller_console.demo.asking import Lines
from reseller_console.demo.nights import Nights
from reseller_console.lib.text import comparison_key


class Life(Nights):
    """A customer and everything that happened to it."""

    def end(self) -> Customer:
        """Come to today; return the customer with the facts as they stand."""
        today, reached = self.books.day.today, self.reached
        self._begin(today)
        if reached == today:
            self._pass(today, today)
        self._write_notices()
        return self.customer

    # --- Purchases

    def past_due(self, on: dt.date) -> bool:
        """Whether a PA blocks new ones on that day."""
        late = (pa for pa in self.awaiting_order() if pa.past_due_since <= on)
        return not all(pa.has_lapsed_by(on) for pa in late)

    def awaiting_order(self) -> list[PurchaseAuthorization]:
        """Return the PAs no one has ordered or cancelled so far."""
        return [pa for pa in self.authorizations if not pa.order and not pa.cancelled_at]

    def authorize(
        self,
        on: dt.date,
        lines: Lines,
        *,
        po_number: str = "",
        requested_by: User | None = None,
    ) -> PurchaseAuthorization:
        """Create a PA, or let a VIP admin request it."""
        if self.past_due(on):
            raise ValueError(f"{self.customer} is past due on {on}.")
        at = self._begin(on)
        customer = self.customer
        dates = born_with(
            on,
            terms=self.terms,
            anniversary=customer.anniversary_on,
            day=customer.anniversary_day,
        )
        authorization = self.books.add(
            PurchaseAuthorization(
                reseller=self.books.reseller,
                customer=customer,
                number=self.books.authorization_number(),
                po_number=po_number,
                created_on=on,
                created_at=at,
                created_by=requested_by or self.manager,
                requested_by=requested_by,
                **asdict(dates),
            )
        )
        self._give_lines(authorization, lines)
        self.authorizations.append(authorization)
        self._set_anniversary(dates, at)
        self._remember(authorization.number, po_number)
        self._tell_of_creation(authorization, at)
        return authorization

    def _tell_of_creation(self, authorization: PurchaseAuthorization, at: dt.datetime) -> None:
        asked_by, named = authorization.requested_by, _named(authorization)
        if asked_by is None:
            self._event(PurchaseKind.CREATED, at, **named)
            way_in = purchase_emails.way_in(
                self.customer,
                has_admins=bool(self.memberships),
                link_version=self.link.version,
            )
            self._email("pa_created", authorization, at, **way_in)
            return
        self._write_event(PurchaseKind.REQUESTED, at, asked_by, named)
        more = purchase_emails.request_facts(authorization)
        self._email("pa_request_copy", authorization, at, **more)
        draft = draft_to_colleague(
            self.customer,
            self.manager,
            template="pa_requested",
            key=f"pa_requested:{authorization.number}",
            context=purchase_emails.facts(authorization) | more,
        )
        mail.write(self.books, draft, at=at, became=mail.usual(self.books))

    def _give_lines(self, authorization: PurchaseAuthorization, lines: Lines) -> None:
        rows = [
            self.books.add(
                AuthorizationLine(
                    reseller=self.books.reseller,
                    authorization=authorization,
                    product=product,
                    quantity=quantity,
                )
            )
            for product, quantity in lines.items()
        ]
        # What emails read as `authorization.lines.all()`, before it is stored.
        authorization._prefetched_objects_cache = {"lines": rows}  # type: ignore[attr-defined]

    def cancel(self, authorization: PurchaseAuthorization, on: dt.date) -> None:
        """Cancel a pending PA."""
        if authorization.past_due_since <= on:
            raise ValueError(f"{authorization} is past due on {on}.")
        at = self._begin(on)
        authorization.cancelled_at, authorization.cancelled_by = at, self.manager
        self._clear_anniversary(at)
        self._event(PurchaseKind.CANCELLED, at, **_named(authorization))
        self._email("pa_cancelled", authorization, at)

    def order(
        self,
        authorizations: Sequence[PurchaseAuthorization],
        on: dt.date,
        *,
        recorded_on: dt.date | None = None,
        order: Order | None = None,
    ) -> Order:
        """Record an order for whole PAs of this customer; with `order`, one more of that order."""
        at = self._begin(recorded_on or on)
        check_order_date(on, authorizations, today=self.reached)
        order = order or self._new_order(on, at)
        for authorization in authorizations:
            authorization.order = order
            for line in authorization.lines.all():
                self._order_line(order, line.product, line.quantity, authorization)
            self._event(PurchaseKind.ORDERED, at, number=authorization.number, order=order.number)
            self._email(
                "pa_ordered",
                authorization,
                at,
                order_number=order.number,
                ordered_on=on.isoformat(),
            )
        self._remember(order.number)
        return order

    def order_directly(self, on: dt.date, lines: Lines) -> Order:
        """Record an order without a PA."""
        at = self._begin(on)
        order = self._new_order(on, at)
        term = term_of(
            on,
            terms=self.terms,
            anniversary=self.customer.anniversary_on,
            day=self.customer.anniversary_day,
        )
        for product, quantity in lines.items():
            self._line(order, product, quantity, term, starts_on=on)
        self._set_anniversary(term, at)
        self._remember(order.number)
        return order

    def _new_order(self, on: dt.date, at: dt.datetime) -> Order:
        number = self.books.order_number()
        return self.books.add(
            Order(
                reseller=self.books.reseller,
                number=number,
                number_key=comparison_key(number),
                ordered_on=on,
                return_until_on=self.terms.return_until(on),
                recorded_by=self.manager,
                recorded_on=self.reached,
                recorded_at=at,
            )
        )

    def _order_line(
        self, order: Order, product: Product, quantity: int, pa: PurchaseAuthorization
    ) -> None:
        term = Term(pa.counts_to, pa.anniversary_day, pa.usable_until_on)
        self._line(order, product, quantity, term, starts_on=pa.created_on, authorization=pa)

    def _line(
        self,
        order: Order,
        product: Product,
        quantity: int,
        term: Term,
        *,
        starts_on: dt.date,
        **more: object,
    ) -> OrderLine:
        line = OrderLine(
            reseller=self.books.reseller,
            order=order,
            customer=self.customer,
            product=product,
            quantity=quantity,
            starts_on=starts_on,
            counts_to=term.counts_to,
            usable_until_on=term.usable_until_on,
            **more,
        )
        self.order_lines.append(self.books.add(line))
        return line

    # --- Renewals and returns

    def renew(self, on: dt.date, lines: Lines, *, completes: bool = False) -> Order:
        """Record a renewal order for the anniversary date whose renewal window holds the day."""
        at = self._begin(on)
        anniversary = self.anniversary_near(on)
        order = self._new_order(on, at)
        term = term_of(
            anniversary,
            terms=self.terms,
            anniversary=anniversary,
            day=self.customer.anniversary_day,
        )
        for product, quantity in lines.items():
            self._line(
                order,
                product,
                quantity,
                term,
                starts_on=anniversary,
                renews_on=anniversary,
                completes_renewal=completes,
            )
        self._remember(order.number)
        return order

    def give_back(self, order: Order, on: dt.date, *, quantity: int | None = None) -> None:
        """Return an order, or `quantity` licenses of its first line, inside the return window."""
        if on > order.return_until_on:
            raise ValueError(f"{order} cannot be returned any more on {on}.")
        at = self._begin(on)
        lines = [line for line in self.order_lines if line.order is order]
        for line in lines if quantity is None else lines[:1]:
            line.returned_quantity = line.quantity if quantity is None else quantity
        for authorization in self.authorizations:
            if authorization.order is order and quantity is None:
                authorization.returned_at = at
                self._event(
                    PurchaseKind.RETURNED, at, number=authorization.number, order=order.number
                )
                self._email(
                    "pa_returned",
                    authorization,
                    at,
                    order_number=order.number,
                    ordered_on=order.ordered_on.isoformat(),
                )
        self._clear_anniversary(at)


def _named(authorization: PurchaseAuthorization) -> dict[str, str]:
    lines = [(line.product.name, line.quantity) for line in authorization.lines.all()]
    return {
        "number": authorization.number,
        "products": purchase_emails.products_in_words(lines),
    }

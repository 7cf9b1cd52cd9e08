"""What one customer orders, renews and returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from authorizations import emails as purchase_emails
from authorizations.actions.notify_renewal import drafts_of
from authorizations.actions.placing import check_order_date
from authorizations.models import (
    DroppedRenewal,
    Order,
    OrderLine,
    Product,
    PurchaseAuthorization,
    PurchaseKind,
    RenewalContact,
    ReturnedLine,
)
from authorizations.renewing.notifying import ToNotify
from authorizations.renewing.terms import dates_of
from authorizations.rules.dates import Term, term_of
from customers.models import Customer
from notifications.delivery import Delivery
from reseller_console.demo import mail
from reseller_console.demo.asking import Lines, ask
from reseller_console.demo.purchases import Purchases
from reseller_console.lib.text import comparison_key
from reseller_console.tenancy.models import Day


class Life(Purchases):
    """A customer and everything that happened to it."""

    def end(self) -> Customer:
        """Come to today; return the customer with the facts as they stand."""
        today, reached = self.books.day.today, self.reached
        self._begin(today)
        if reached == today:
            self._pass(today, today)
        self._write_notices()
        return self.customer

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

    def order_directly(
        self,
        on: dt.date,
        lines: Lines,
        *,
        recorded_on: dt.date | None = None,
        order: Order | None = None,
    ) -> Order:
        """Record an order without a PA; with `order`, one more customer of that order."""
        at = self._begin(recorded_on or on)
        order = order or self._new_order(on, at)
        term = term_of(
            on,
            terms=self.terms,
            anniversary=self.customer.first_anniversary_on,
            day=self.customer.anniversary_day,
        )
        bought = [
            self._line(order, product, quantity, term, starts_on=on)
            for product, quantity in lines.items()
        ]
        self._set_anniversary(term, at)
        self._remember(order.number)
        self._event(PurchaseKind.BOUGHT, at, order=order.number, products=_in_words(bought))
        context = purchase_emails.order_facts(order, bought)
        self._mail("licenses_ordered", f"licenses_ordered:{self._name(order)}", context, at)
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

    def renew(
        self, on: dt.date, lines: Lines, *, completes: bool = False, order: Order | None = None
    ) -> Order:
        """Record a renewal order for the anniversary date whose renewal window holds the day.

        With `order`, one more customer of that order.
        """
        at = self._begin(on)
        anniversary = self.anniversary_near(on)
        left = self.to_renew(anniversary) if completes else {}
        order = order or self._new_order(on, at)
        term = term_of(
            anniversary,
            terms=self.terms,
            anniversary=anniversary,
            day=self.customer.anniversary_day,
        )
        more = {"starts_on": max(anniversary, on), "renews_on": anniversary}
        renewed = [
            self._line(order, product, quantity, term, **more)
            for product, quantity in lines.items()
        ]
        dropped = [
            self._drop(order, product, quantity - lines.get(product, 0), anniversary)
            for product, quantity in left.items()
            if quantity > lines.get(product, 0)
        ]
        self._remember(order.number)
        self._tell_of_renewal(order, renewed, dropped, at)
        return order

    def _drop(
        self, order: Order, product: Product, quantity: int, anniversary: dt.date
    ) -> DroppedRenewal:
        row = DroppedRenewal(
            reseller=self.books.reseller,
            order=order,
            customer=self.customer,
            product=product,
            anniversary_on=anniversary,
            quantity=quantity,
        )
        self.dropped.append(self.books.add(row))
        return row

    def _tell_of_renewal(
        self,
        order: Order,
        renewed: list[OrderLine],
        dropped: list[DroppedRenewal],
        at: dt.datetime,
    ) -> None:
        self._event(PurchaseKind.RENEWED, at, order=order.number, products=_in_words(renewed))
        if dropped:
            self._event(PurchaseKind.DROPPED, at, order=order.number, products=_in_words(dropped))
        context = purchase_emails.order_facts(order, renewed, dropped=dropped)
        self._mail("licenses_renewed", f"licenses_renewed:{self._name(order)}", context, at)

    def give_back(self, order: Order, on: dt.date, *, quantity: int | None = None) -> None:
        """Return what is left of an order, or `quantity` licenses of its first line, in time."""
        if not order.may_be_returned(on):
            raise ValueError(f"{order} cannot be returned any more on {on}.")
        at = self._begin(on)
        lines = [line for line in self.order_lines if line.order is order]
        number = self.books.return_number()
        taken = {line: self.kept(line) for line in lines if self.kept(line)}
        if quantity is not None:
            taken = {lines[0]: min(quantity, self.kept(lines[0]))}
        for line, licenses in taken.items():
            self.returned[line] = self.returned.get(line, 0) + licenses
        rows = [
            self.books.add(
                ReturnedLine(
                    reseller=self.books.reseller,
                    order_line=line,
                    quantity=licenses,
                    number=number,
                    number_key=comparison_key(number),
                    returned_on=on,
                    recorded_by=self.manager,
                    recorded_at=at,
                )
            )
            for line, licenses in taken.items()
        ]
        self._tell_of_return(order, rows, at)
        self._clear_anniversary(at)
        self._remember(number)

    def notify(self, on: dt.date, anniversary: dt.date, *, became: Delivery) -> None:
        """Notify the VIP admins of what is left to renew at a date; the emails end as told."""
        at = self._begin(on)
        day = Day(on, self.terms)
        rest = ask(self.books, [self.question(anniversary)])[0].rest
        dates, recipients = dates_of(anniversary, day=day), self.recipients_at(at)
        drafts = drafts_of(
            ToNotify(self.customer, dates, rest, reached=[], last=None),
            recipients,
            text="",
            by=self.manager,
            day=day,
            sending=f"{self.books.rng.getrandbits(128):032x}",
        )
        for draft in drafts:
            contact = RenewalContact(
                reseller=self.books.reseller,
                customer=self.customer,
                anniversary_on=anniversary,
                email=mail.write(self.books, draft, at=at, became=became),
                sent_by=self.manager,
                sent_on=on,
                sent_at=at,
            )
            self.books.add(contact)
        addresses = ", ".join(one.address for one in recipients)
        self._event(PurchaseKind.NOTIFIED, at, date=anniversary.isoformat(), to=addresses)

    def _name(self, order: Order) -> str:
        return purchase_emails.order_name(order, self.customer)

    def _tell_of_return(self, order: Order, rows: list[ReturnedLine], at: dt.datetime) -> None:
        lines = [(row.order_line.product.name, row.quantity) for row in rows]
        papers = {"number": rows[0].number, "order": order.number}
        words = purchase_emails.products_in_words(lines)
        self._event(PurchaseKind.GIVEN_BACK, at, products=words, **papers)
        kept = [line for line in self.order_lines if self.kept(line)]
        whole = [
            pa.number
            for pa in self.authorizations
            if any(row.order_line.authorization is pa for row in rows)
            and not any(line.authorization is pa for line in kept)
        ]
        for number in whole:
            self._event(PurchaseKind.RETURNED, at, number=number, order=order.number)
        context = purchase_emails.return_facts(order, rows, whole=whole) | {"losses": []}
        key = f"licenses_returned:{self._name(order)}:{rows[0].number}"
        self._mail("licenses_returned", key, context, at)


def _in_words(rows: Sequence[OrderLine | DroppedRenewal]) -> str:
    return purchase_emails.products_in_words([(row.product.name, row.quantity) for row in rows])

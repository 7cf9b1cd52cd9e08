"""The history of one customer: its days, its invitation and its anniversary date.

Verbs are called in the order of their days, and write what the console's verbs would have.
Dates come from the same functions the console uses; what only SQL knows there (which day the
anniversary date moves) is told here in Python, and the tests compare both.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

from authorizations.activity import PurchaseKind
from authorizations.models import OrderLine, Product, PurchaseAuthorization
from authorizations.rules.dates import Term
from customers.actions.invite import (
    CustomerDetails,
    build_customer,
    build_invitation,
    set_custom_anniversary,
)
from customers.activity import CustomerKind
from customers.emails import invitation_draft
from customers.models import Customer, CustomerEvent, Invitation
from notifications.delivery import Delivery
from reseller_console.accounts.models import User
from reseller_console.demo import mail
from reseller_console.demo.books import Books
from reseller_console.demo.calendar import LATEST_MINUTE
from reseller_console.lib.calendar import next_anniversary
from reseller_console.lib.text import searchable
from reseller_console.tenancy.models import Day

Lines = dict[Product, int]


class History:
    """A customer, its invitation and its anniversary date; `Life` adds the purchases."""

    def __init__(
        self,
        books: Books,
        details: CustomerDetails,
        *,
        invited_on: dt.date,
        manager: User,
        custom_on: dt.date | None = None,
        became: Delivery | None = None,
    ) -> None:
        self.books = books
        self.terms = books.day.terms
        self.manager = manager
        self.reached, self._minute = invited_on, books.minute()
        self.authorizations: list[PurchaseAuthorization] = []
        self.order_lines: list[OrderLine] = []
        self.customer = self._invite(details, invited_on, custom_on)
        self.link = self._send_link(became)

    # --- Time

    def _begin(self, on: dt.date) -> dt.datetime:
        """Go on to a day; return an instant on it, later than the one before."""
        if on < self.reached:
            raise ValueError(f"{on} comes before {self.reached}, which was told already.")
        self._minute = (
            self.books.minute() if on > self.reached else min(self._minute + 7, LATEST_MINUTE)
        )
        since, self.reached = self.reached, on
        self._roll(since)
        return self.books.instant(on, self._minute)

    def _roll(self, since: dt.date) -> None:
        """Move the anniversary date on as often as it has moved by the day reached."""
        customer = self.customer
        self._tell_of_renewal(since)
        while customer.rolls_on and customer.rolls_on <= self.reached:
            rolled_on = customer.rolls_on
            customer.anniversary_on = next_anniversary(
                self.anniversary, day=customer.anniversary_day or self.anniversary.day
            )
            self._plan_roll()
            self._night_event(
                PurchaseKind.ROLLED,
                self.books.instant(rolled_on, 5),
                date=self.anniversary.isoformat(),
            )
            self._tell_of_renewal(since)

    def _tell_of_renewal(self, since: dt.date) -> None:
        """Write what the nights after `since` told of the term that is ending."""

    @property
    def anniversary(self) -> dt.date:
        """The anniversary date reached; ValueError while there is none."""
        if self.customer.anniversary_on is None:
            raise ValueError(f"{self.customer} has no anniversary date.")
        return self.customer.anniversary_on

    def _plan_roll(self) -> None:
        """Say when the anniversary date moves: early once everything is renewed."""
        anniversary = self.customer.anniversary_on
        if anniversary is None:
            return
        self.customer.rolls_on = anniversary + dt.timedelta(days=self.terms.renewal_closes_days + 1)
        term = [line for line in self.order_lines if line.counts_to == anniversary and kept(line)]
        renewing = self._renewing(anniversary)
        if term and renewing and not self.to_renew():
            completed_on = max(line.order.ordered_on for line in renewing)
            self.customer.rolls_on = max(anniversary, completed_on)

    # --- Invitation

    def _invite(self, details: CustomerDetails, on: dt.date, custom_on: dt.date | None) -> Customer:
        customer = build_customer(
            self.books.reseller, details=details, managed_by=self.manager, today=on
        )
        customer.vip_id = self.books.vip_id()
        customer.created_at = self.books.instant(on, self._minute)
        customer.derive_keys()
        set_custom_anniversary(customer, custom_on, day=Day(on, self.terms))
        self.customer = self.books.add(customer)
        self._event(CustomerKind.INVITED, customer.created_at, vip_id=customer.vip_id)
        return customer

    def _send_link(self, became: Delivery | None) -> Invitation:
        at = self.books.instant(self.reached, self._minute)
        version = self.link.version + 1 if hasattr(self, "link") else 1
        invitation = build_invitation(
            self.customer, by=self.manager, version=version, day=Day(self.reached, self.terms)
        )
        invitation.sent_at = at
        invitation.email = mail.write(
            self.books,
            invitation_draft(self.customer, invitation),
            at=at,
            became=became or mail.usual(self.books),
        )
        self.customer.invitation_bounced_at = mail.came_back_at(invitation.email)
        return self.books.add(invitation)

    def resend(self, on: dt.date, *, became: Delivery | None = None) -> None:
        """Send the invitation again; a withdrawn customer comes back."""
        at = self._begin(on)
        self.link.superseded_at = at
        self.customer.withdrawn_at = None
        self.link = self._send_link(became)
        self._event(CustomerKind.RESENT, at, email=self.customer.contact_email)

    def withdraw(self, on: dt.date) -> None:
        """Take the invitation back."""
        self.customer.withdrawn_at = self._begin(on)
        self._event(CustomerKind.WITHDRAWN, self.customer.withdrawn_at)

    # --- The anniversary date

    def _renewing(self, anniversary: dt.date) -> list[OrderLine]:
        return [x for x in self.order_lines if x.renews_on == anniversary and kept(x)]

    def to_renew(self, anniversary: dt.date | None = None) -> Lines:
        """Return what is left to renew at an anniversary date (the one reached), per product."""
        anniversary = anniversary or self.customer.anniversary_on
        renewing = self._renewing(anniversary) if anniversary else []
        if any(line.completes_renewal for line in renewing):
            return {}
        rest: Counter[Product] = Counter()
        for line in self.order_lines:
            if line.counts_to == anniversary:
                rest[line.product] += kept(line)
        for line in renewing:
            rest[line.product] -= kept(line)
        return {product: number for product, number in rest.items() if number > 0}

    def _set_anniversary(self, term: Term, at: dt.datetime) -> None:
        customer = self.customer
        if customer.anniversary_on is not None:
            return
        customer.anniversary_on = customer.first_anniversary_on = term.counts_to
        customer.anniversary_day = term.anniversary_day
        self._plan_roll()
        self._event(CustomerKind.ANNIVERSARY_SET, at, date=term.counts_to.isoformat())

    def _clear_anniversary(self, at: dt.datetime) -> None:
        customer = self.customer
        first_term = customer.anniversary_on == customer.first_anniversary_on
        left = any(not pa.cancelled_at and not pa.returned_at for pa in self.authorizations)
        if customer.custom_anniversary_on or not first_term or left:
            return
        if any(kept(line) for line in self.order_lines):
            return
        cleared = self.anniversary
        customer.anniversary_on = customer.first_anniversary_on = None
        customer.anniversary_day = customer.rolls_on = None
        self._event(CustomerKind.ANNIVERSARY_CLEARED, at, date=cleared.isoformat())

    # --- What is told

    def _event(self, kind: str, at: dt.datetime, **details: str) -> None:
        """Write an event the manager caused."""
        self._write_event(kind, at, self.manager, details)

    def _night_event(self, kind: str, at: dt.datetime, **details: str) -> None:
        """Write an event that just came with time."""
        self._write_event(kind, at, None, details)

    def _write_event(
        self, kind: str, at: dt.datetime, by: User | None, details: dict[str, str]
    ) -> None:
        self.books.add(
            CustomerEvent(
                reseller=self.books.reseller,
                customer=self.customer,
                at=at,
                by=by,
                kind=kind,
                details=details,
            )
        )

    def _remember(self, *papers: str) -> None:
        words = searchable(" ".join(paper for paper in papers if paper))
        if words:
            self.customer.search_papers += f" {words}"


def kept(line: OrderLine) -> int:
    """Return the licenses of a line that were not returned."""
    return line.quantity - line.returned_quantity

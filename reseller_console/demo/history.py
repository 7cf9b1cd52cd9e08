"""The history of one customer: its days, its invitation and its anniversary date.

Verbs are called in the order of their days, and write what the console's verbs would have.
Dates come from the same functions the console uses. What only SQL knows there (what is left to
renew, and which day the anniversary date moves) is asked of it (`asking`).
"""

from __future__ import annotations

import datetime as dt

from authorizations.actions.anniversary import may_be_cleared
from authorizations.models import DroppedRenewal, OrderLine, PurchaseAuthorization
from authorizations.rules.dates import Term
from customers.actions.invite import (
    CustomerDetails,
    build_customer,
    build_invitation,
    check_custom_anniversary,
    set_custom_anniversary,
)
from customers.emails import invitation_draft
from customers.models import Customer, CustomerEvent, CustomerKind, Invitation
from notifications.delivery import Delivery
from reseller_console.accounts.models import User
from reseller_console.demo import mail
from reseller_console.demo.asking import Lines, Question, ask
from reseller_console.demo.books import Books
from reseller_console.demo.calendar import LATEST_MINUTE
from reseller_console.lib.calendar import first_anniversary_after
from reseller_console.lib.text import searchable
from reseller_console.tenancy.models import Day

_ONE_DAY = dt.timedelta(days=1)


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
        self.returned: dict[OrderLine, int] = {}
        self.dropped: list[DroppedRenewal] = []
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
        if on > since:
            self._pass(since, on)
        self._last_at = self.books.instant(on, self._minute)
        return self._last_at

    def _pass(self, since: dt.date, until: dt.date) -> None:
        """Let the nights after one day pass, up to another; nothing is bought between them."""

    # --- Invitation

    def _invite(self, details: CustomerDetails, on: dt.date, custom_on: dt.date | None) -> Customer:
        customer = build_customer(
            self.books.reseller, details=details, managed_by=self.manager, today=on
        )
        customer.vip_id = self.books.vip_id()
        customer.created_at = self.books.instant(on, self._minute)
        customer.derive_keys()
        check_custom_anniversary(custom_on, segment=details.segment, today=on)
        set_custom_anniversary(customer, custom_on)
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

    # --- The anniversary date, which stays the first one until all nights are told of

    def anniversary_near(self, on: dt.date) -> dt.date:
        """Return the date whose renewal window holds a day; raises ValueError without any."""
        first, last = self.terms.renewal_window.anniversaries(on)
        customer = self.customer
        if customer.anniversary_on and customer.anniversary_day:
            anniversary = first_anniversary_after(
                first - _ONE_DAY, anniversary=customer.anniversary_on, day=customer.anniversary_day
            )
            if anniversary <= last:
                return anniversary
        raise ValueError(f"{customer} has nothing to renew on {on}.")

    def kept(self, line: OrderLine) -> int:
        """Return how many licenses of a line were not returned."""
        return line.quantity - self.returned.get(line, 0)

    def question(self, anniversary: dt.date) -> Question:
        """Return what to ask about the term that ends at a date, by what is bought so far."""
        return Question.of(
            anniversary, self.order_lines, returned=self.returned, dropped=self.dropped
        )

    def to_renew(self, anniversary: dt.date) -> Lines:
        """Return what is left to renew at an anniversary date, per product."""
        return ask(self.books, [self.question(anniversary)])[0].lines

    def _set_anniversary(self, term: Term, at: dt.datetime) -> None:
        customer = self.customer
        if customer.anniversary_on is not None:
            return
        customer.anniversary_on = customer.first_anniversary_on = term.counts_to
        customer.anniversary_day = term.anniversary_day
        self._event(CustomerKind.ANNIVERSARY_SET, at, date=term.counts_to.isoformat())

    def _clear_anniversary(self, at: dt.datetime) -> None:
        customer = self.customer
        cleared = customer.anniversary_on
        left = any(not pa.cancelled_at and not pa.order for pa in self.authorizations)
        left = left or any(self.kept(line) for line in self.order_lines)
        if cleared is None or left or not may_be_cleared(customer):
            return
        customer.anniversary_on = customer.first_anniversary_on = customer.anniversary_day = None
        self._event(CustomerKind.ANNIVERSARY_CLEARED, at, date=cleared.isoformat())

    # --- Notices and events

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

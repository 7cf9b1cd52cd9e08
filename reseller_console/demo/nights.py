"""What the nights have told one customer: emails, notices and events that came with time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from authorizations import emails as purchase_emails
from authorizations.models import Notice, PurchaseAuthorization
from authorizations.night import notices
from authorizations.night.ladders import PURCHASES, TERMS, Kind, TermDates
from customers.actions.invite import CustomerDetails
from customers.emails import drafts_to_vip_admins
from customers.models import CustomerKind
from reseller_console.demo import mail
from reseller_console.demo.asking import Answer, Question, ask
from reseller_console.demo.books import Books
from reseller_console.demo.members import Members
from reseller_console.lib.calendar import next_anniversary


@dataclass(eq=False)
class Span:
    """The nights after one day, up to another, with nothing bought between; about one term.

    `last_at` is the instant of what happened before them.
    """

    since: dt.date
    until: dt.date
    last_at: dt.datetime
    question: Question
    answer: Answer = field(init=False)


class Nights(Members):
    """A customer that is told of what is owed, as the nights would have done."""

    def __init__(self, books: Books, details: CustomerDetails, **more: Any) -> None:
        self.spans: list[Span] = []
        super().__init__(books, details, **more)

    # --- Purchase authorizations

    def _email(
        self, template: str, authorization: PurchaseAuthorization, at: dt.datetime, **more: object
    ) -> None:
        key = f"{template}:{authorization.number}"
        self._mail(template, key, purchase_emails.facts(authorization) | more, at)

    def _mail(self, template: str, key: str, context: dict[str, object], at: dt.datetime) -> None:
        drafts = drafts_to_vip_admins(
            self.customer,
            template=template,
            key=key,
            context=context,
            recipients=self.recipients_at(at),
        )
        for draft in drafts:
            mail.write(self.books, draft, at=at, became=mail.usual(self.books))

    def _write_notices(self) -> None:
        """Write the notices of the past, with the emails and events of their nights."""
        for authorization in self.authorizations:
            for kind in PURCHASES.kinds:
                owed_on = kind.on.of(authorization)
                if not authorization.created_on < owed_on <= self._resolved_on(authorization):
                    continue
                at = self._write_notice(kind, owed_on, authorization=authorization)
                if kind.template:
                    self._email(kind.template, authorization, at)
                if kind.event:
                    self._night_event(kind.event, at, number=authorization.number)

    def _write_notice(self, kind: Kind, owed_on: dt.date, **subject: object) -> dt.datetime:
        at = self.books.instant(owed_on, 15)
        self.books.add(
            Notice(
                reseller=self.books.reseller,
                customer=self.customer,
                kind=kind.name,
                owed_on=owed_on,
                recorded_at=at,
                digested_on=owed_on,
                **subject,
            )
        )
        return at

    def _resolved_on(self, authorization: PurchaseAuthorization) -> dt.date:
        """Return the last day on which nights still told of the PA."""
        if authorization.order is not None:
            return authorization.order.recorded_on
        if authorization.cancelled_at is not None:
            return self.books.calendar.date_of(authorization.cancelled_at)
        return self.reached

    # --- Terms

    def _pass(self, since: dt.date, until: dt.date) -> None:
        """Write down what the nights will have to know of each term that is near."""
        for anniversary in sorted({line.counts_to for line in self.order_lines}):
            opens_on, _closes_on = self.terms.renewal_window.around(anniversary)
            if opens_on <= until and since < self.terms.rolls_on(anniversary):
                question = self.question(anniversary)
                self.spans.append(Span(since, until, self._last_at, question))

    def tell_of_terms(self) -> None:
        """Write what the nights told of terms, once their questions are answered."""
        for span in self.spans:
            if span.answer.rest.lines:
                self._write_term_notices(span)
        self._write_rolls()

    def _write_term_notices(self, span: Span) -> None:
        date = span.question.anniversary_on
        dates = TermDates(date, *self.terms.renewal_window.around(date))
        for kind in TERMS.kinds:
            owed_on = kind.on.of(dates)
            if not span.since < owed_on <= span.until:
                continue
            at = self._write_notice(kind, owed_on, anniversary_on=date)
            if kind.template:
                key = f"{kind.template}:{self.customer.vip_id}:{date.isoformat()}"
                context = purchase_emails.renewal_facts(date, span.answer.rest, day=self.books.day)
                self._mail(kind.template, key, context, at)
            if kind.event:
                self._night_event(kind.event, at, date=date.isoformat())

    def _write_rolls(self) -> None:
        """Move the anniversary date on as often as it has moved by today."""
        customer = self.customer
        while customer.anniversary_on and customer.anniversary_day:
            told_at, has_moved = self._rolled(customer.anniversary_on)
            date = next_anniversary(customer.anniversary_on, day=customer.anniversary_day)
            if told_at is not None:
                self._night_event(CustomerKind.ANNIVERSARY_MOVED, told_at, date=date.isoformat())
            if not has_moved:
                self._tell_of_going_back(customer.anniversary_on)
                return
            customer.anniversary_on = date

    def _rolled(self, anniversary: dt.date) -> tuple[dt.datetime | None, bool]:
        """Return when a night first wrote down that a date had moved, and whether it has moved.

        Until its licenses are gone a renewal that is returned takes the date back.
        """
        spans = [span for span in self.spans if span.question.anniversary_on == anniversary]
        if not spans:
            rolls_on = self.terms.rolls_on(anniversary)
            has_moved = rolls_on <= self.reached
            return (self.books.instant(rolls_on, 5) if has_moved else None), has_moved
        moved = [span for span in spans if span.answer.rolls_on <= span.until]
        told_at = self._night_after(moved[0]) if moved else None
        return told_at, spans[-1] in moved

    def _tell_of_going_back(self, anniversary: dt.date) -> None:
        """Write when a renewal that was returned took the date back, if one did."""
        spans = [span for span in self.spans if span.question.anniversary_on == anniversary]
        for before, after in pairwise(spans):
            if before.answer.rolls_on <= before.until < after.answer.rolls_on:
                self._night_event(
                    CustomerKind.ANNIVERSARY_BACK, after.last_at, date=anniversary.isoformat()
                )

    def _night_after(self, span: Span) -> dt.datetime:
        """Return the first night of a span that finds the date moved."""
        if span.since == span.until:
            return self._last_at
        return self.books.instant(max(span.answer.rolls_on, span.since + dt.timedelta(days=1)), 5)


def tell_of_terms(books: Books, lives: Sequence[Nights]) -> None:
    """Write what the nights told of everyone's terms."""
    spans = [span for life in lives for span in life.spans]
    for span, answer in zip(spans, ask(books, [s.question for s in spans]), strict=True):
        span.answer = answer
    for life in lives:
        life.tell_of_terms()


def take_as_told(books: Books) -> None:
    """Record what is owed still: bought or returned when it was due already."""
    notices.take_as_told(books.reseller, day=books.day)
    told = max((row.pk for row in books.rows[Notice]), default=0)
    later = Notice.objects.filter(reseller=books.reseller, pk__gt=told)
    later.update(recorded_at=books.calendar.moment)

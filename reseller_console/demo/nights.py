"""What the nights have told one customer: emails, notices and events that came with time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from authorizations import emails as purchase_emails
from authorizations.models import Notice, PurchaseAuthorization
from authorizations.night.ladders import PURCHASES, TERMS, Kind, TermDates
from authorizations.rules.renewals import Rest
from customers.actions.invite import CustomerDetails
from customers.emails import drafts_to_vip_admins
from reseller_console.demo import mail
from reseller_console.demo.books import Books
from reseller_console.demo.members import Members


@dataclass(frozen=True)
class _Told:
    """A notice about the term that ended at an anniversary date, and what was left of it."""

    kind: Kind
    anniversary_on: dt.date
    owed_on: dt.date
    rest: Rest


class Nights(Members):
    """A customer that is told of what is owed, as the nights would have done."""

    def __init__(self, books: Books, details: CustomerDetails, **more: Any) -> None:
        super().__init__(books, details, **more)
        self._terms_told: list[_Told] = []

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
        self._write_term_notices()

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

    # --- Renewals

    def _tell_of_renewal(self, since: dt.date) -> None:
        """Remember what the nights after `since` told of the term that is ending."""
        anniversary = self.customer.anniversary_on
        rest = self._rest(anniversary) if anniversary else None
        if anniversary is None or rest is None:
            return
        for kind in self._untold(anniversary):
            owed_on = self._term_date(kind, anniversary)
            if owed_on > since:
                self._terms_told.append(_Told(kind, anniversary, owed_on, rest))

    def _untold(self, anniversary: dt.date) -> list[Kind]:
        """Return the notices about a term that are due by the day reached and not told yet."""
        told = {one.kind for one in self._terms_told if one.anniversary_on == anniversary}
        return [
            kind
            for kind in TERMS.kinds
            if kind not in told and self._term_date(kind, anniversary) <= self.reached
        ]

    def _rest(self, anniversary: dt.date) -> Rest | None:
        lines = [(number, product) for product, number in self.to_renew().items()]
        closes = dt.timedelta(days=self.terms.renewal_closes_days)
        return Rest(anniversary + closes, lines) if lines else None

    def _term_date(self, kind: Kind, anniversary: dt.date) -> dt.date:
        opens_on, closes_on = self.terms.renewal_window.around(anniversary)
        return kind.on.of(TermDates(anniversary, opens_on, closes_on))

    def _write_term_notices(self) -> None:
        dates = {self.customer.anniversary_on, *(line.renews_on for line in self.order_lines)}
        for anniversary in sorted(date for date in dates if date and self.to_renew(date)):
            # Bought or returned when these were due already; only what falls due next is told.
            for kind in self._untold(anniversary):
                owed_on = self._term_date(kind, anniversary)
                self._write_notice(kind, owed_on, anniversary_on=anniversary)
        for one in self._terms_told:
            date = one.anniversary_on
            at = self._write_notice(one.kind, one.owed_on, anniversary_on=date)
            if one.kind.template:
                name = f"{self.customer.vip_id}:{date.isoformat()}"
                context = purchase_emails.renewal_facts(date, one.rest, day=self.books.day)
                self._mail(one.kind.template, f"{one.kind.template}:{name}", context, at)
            if one.kind.event:
                self._night_event(one.kind.event, at, date=date.isoformat())

"""The purchase authorizations (PA) of one customer."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from authorizations import emails as purchase_emails
from authorizations.models import AuthorizationLine, PurchaseAuthorization, PurchaseKind
from authorizations.rules.dates import born_with
from customers.emails import draft_to_colleague
from reseller_console.accounts.models import User
from reseller_console.demo import mail
from reseller_console.demo.asking import Lines
from reseller_console.demo.nights import Nights


class Purchases(Nights):
    """A customer that uses licenses now and has them ordered later."""

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
            anniversary=customer.first_anniversary_on,
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


def _named(authorization: PurchaseAuthorization) -> dict[str, str]:
    lines = [(line.product.name, line.quantity) for line in authorization.lines.all()]
    return {
        "number": authorization.number,
        "products": purchase_emails.products_in_words(lines),
    }

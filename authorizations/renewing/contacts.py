"""When customers were last notified of their renewal, by whom, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, F, IntegerField, Value, When

from authorizations.models import RenewalContact
from notifications.delivery import CAME_BACK, Delivery, delivery_expression

# Up to so many days after the last notice, another one is asked about first.
ASKS_FOR_DAYS = 7


@dataclass(frozen=True)
class Contact:
    """The last renewal notice of a customer.

    `state` and `email_pk` are those of its email, None once that is no longer kept. Of emails to
    several people one that came back is told.
    """

    at: dt.datetime
    on: dt.date
    by: str
    state: Delivery | None
    email_pk: int | None

    def asks_on(self, today: dt.date) -> bool:
        """Whether it is so recent that another notice is asked about first."""
        return today <= self.on + dt.timedelta(days=ASKS_FOR_DAYS)


def last_contacts(customer_ids: Iterable[int]) -> dict[int, Contact]:
    """Return the last renewal notices by the customer's id, with one query."""
    came_back = Case(
        When(state__in=[*CAME_BACK], then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    rows = (
        RenewalContact.objects.filter(customer__in=list(customer_ids))
        .annotate(state=delivery_expression("email__"), name=F("sent_by__name"))
        .order_by("customer_id", "-sent_at", came_back, "pk")
        .distinct("customer_id")
    )
    return {
        row.customer_id: Contact(
            at=row.sent_at,
            on=row.sent_on,
            by=row.name,
            state=Delivery(row.state) if row.email_id else None,
            email_pk=row.email_id,
        )
        for row in rows
    }

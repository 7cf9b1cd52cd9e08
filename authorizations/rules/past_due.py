"""The block: no new purchase authorization while one of the customer is past due."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from authorizations.models import PurchaseAuthorization
from customers.models import Customer
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.wording import long_date


def blocking_authorization(customer: Customer, *, today: dt.date) -> PurchaseAuthorization | None:
    """Return the PA that has been past due for longest on `today`, or None."""
    rows = PurchaseAuthorization.objects.on(today).filter(customer=customer).past_due()
    return rows.order_by("due_on", "id").first()


def refuse_while_past_due(customer: Customer, *, today: dt.date, to_member: bool = False) -> None:
    """Raise ActionRefused (code "past_due") naming the PA, since when, and what clears it."""
    late = blocking_authorization(customer, today=today)
    if late is not None:
        raise ActionRefused(reason(late, to_member=to_member), code="past_due")


def reason(late: PurchaseAuthorization, *, to_member: bool = False) -> str:
    """Return the sentence that explains the block by `late`, to a manager or to a VIP admin."""
    to_manager = _(
        "%(number)s is past due since %(since)s: its order was due on %(due)s. Place that order"
        " and record it; then products can be added again."
    )
    to_admin = _(
        "%(number)s is past due since %(since)s: your reseller had to order it by %(due)s. Once"
        " that order is recorded, you can request products again."
    )
    return (to_admin if to_member else to_manager) % {
        "number": late.number,
        "since": long_date(late.past_due_since),
        "due": long_date(late.due_on),
    }

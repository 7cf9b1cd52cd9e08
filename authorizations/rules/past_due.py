"""The block: no new purchase authorization while one of the customer is past due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authorizations.models import PurchaseAuthorization
from customers.models import Customer
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.wording import long_date

# More would not be read; the customer's page lists them all.
_NAMED = 3


def blocking_authorizations(customer: Customer, *, today: dt.date) -> list[PurchaseAuthorization]:
    """Return the PAs that are past due on `today`, the one that has been for longest first."""
    rows = PurchaseAuthorization.objects.on(today).filter(customer=customer).past_due()
    return list(rows.order_by("due_on", "id"))


def refuse_while_past_due(customer: Customer, *, today: dt.date, to_member: bool = False) -> None:
    """Raise ActionRefused (code "past_due") naming the PAs, since when, and what clears them."""
    late = blocking_authorizations(customer, today=today)
    if late:
        raise ActionRefused(reason(late, to_member=to_member), code="past_due")


def reason(late: Sequence[PurchaseAuthorization], *, to_member: bool = False) -> str:
    """Return the sentence that explains the block by `late`, to a manager or to a VIP admin.

    Each of them blocks: nothing is promised before the last one is ordered.
    """
    first = late[0]
    if len(late) > 1:
        several = _(
            "%(named)s are past due, the first of them since %(since)s. Place and record their"
            " orders; one order can pay for all. Products can be added again after the last one."
        )
        several_to_admin = _(
            "%(named)s are past due, the first of them since %(since)s: your reseller had to"
            " order them. Once all their orders are recorded, you can request products again."
        )
        sentence = several_to_admin if to_member else several
        return sentence % {"named": _named(late), "since": long_date(first.past_due_since)}
    one = _(
        "%(number)s has been past due since %(since)s: its order was due on %(due)s. Place"
        " that order and record it; then products can be added again."
    )
    one_to_admin = _(
        "%(number)s has been past due since %(since)s: your reseller had to order it by %(due)s."
        " Once that order is recorded, you can request products again."
    )
    return (one_to_admin if to_member else one) % {
        "number": first.number,
        "since": long_date(first.past_due_since),
        "due": long_date(first.due_on),
    }


def _named(late: Sequence[PurchaseAuthorization]) -> str:
    """Return "A (due 1 March), B (due 2 March) and 4 more"."""
    shown = late if len(late) <= _NAMED else late[: _NAMED - 1]
    named = [
        _("%(number)s (order due on %(due)s)")
        % {"number": row.number, "due": long_date(row.due_on)}
        for row in shown
    ]
    more = len(late) - len(shown)
    last = ngettext("%(n)d more", "%(n)d more", more) % {"n": more} if more else named.pop()
    return _("%(several)s and %(last)s") % {"several": ", ".join(named), "last": last}

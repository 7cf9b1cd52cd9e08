"""The block: no new purchase authorization while one of the customer is past due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authorizations.models import PurchaseAuthorization
from authorizations.rules.reasons import reason_of
from authorizations.rules.status import Status
from customers.models import Customer
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.wording import long_date

# More would not be read; the customer's page lists them all.
_NAMED = 3


def blocking_authorizations(customer: Customer, *, today: dt.date) -> list[PurchaseAuthorization]:
    """Return the PAs that are past due on `today`, the one that has been for longest first."""
    rows = PurchaseAuthorization.objects.on(today).filter(customer=customer).past_due()
    found = list(rows.order_by("due_on", "id"))
    for row in found:
        row.customer = customer
    return found


def refuse_while_past_due(customer: Customer, *, today: dt.date) -> None:
    """Raise ActionRefused (code "past_due") naming the PAs, since when, and what clears them."""
    late = blocking_authorizations(customer, today=today)
    if late:
        raise ActionRefused(reason(late, today=today), code="past_due")


def reason(late: Sequence[PurchaseAuthorization], *, today: dt.date) -> str:
    """Return why no products can be added: which of `late` block, since when, what clears them.

    Each of them blocks: nothing is promised before the last one is ordered. The same text for
    managers and VIP admins; the PAs carry their `status` and `customer`.
    """
    first, seller = late[0], late[0].customer.reseller
    if len(late) == 1:
        why = reason_of(Status(first.status), first, seller=seller, today=today)
        facts = {"number": first.number, "since": long_date(first.past_due_since), "why": why}
        return (
            _(
                "%(number)s has been past due since %(since)s. %(why)s Once that order is recorded,"
                " products can be added again."
            )
            % facts
        )
    several = _(
        "%(named)s are past due, the first of them since %(since)s. %(reseller)s clears this by"
        " recording their orders; one order can pay for all. No new purchase authorization can be"
        " created before; products can be added again after the last one."
    )
    return several % {
        "named": _named(late, today),
        "since": long_date(first.past_due_since),
        "reseller": seller.name,
    }


def _named(late: Sequence[PurchaseAuthorization], today: dt.date) -> str:
    """Return "A (due 1 March, …), B (due 2 March, …) and 4 more"."""
    shown = late if len(late) <= _NAMED else late[: _NAMED - 1]
    named = [_with_dates(row, today) for row in shown]
    more = len(late) - len(shown)
    last = ngettext("%(n)d more", "%(n)d more", more) % {"n": more} if more else named.pop()
    return _("%(several)s and %(last)s") % {"several": ", ".join(named), "last": last}


def _with_dates(row: PurchaseAuthorization, today: dt.date) -> str:
    """Return a PA with the day its order was due, and the last day of its licenses."""
    last = row.stops_on - dt.timedelta(days=1)
    works = _("%(number)s (order due on %(due)s, licenses work until %(last)s)")
    stopped = _("%(number)s (order due on %(due)s, licenses worked until %(last)s)")
    return (works if last >= today else stopped) % {
        "number": row.number,
        "due": long_date(row.due_on),
        "last": long_date(last),
    }

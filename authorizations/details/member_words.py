"""What the state of a purchase authorization means to the customer's own VIP admins."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from authorizations.models import PurchaseAuthorization
from authorizations.rules.status import STOPS, Status
from reseller_console.lib.wording import long_date

_WORDS = {
    Status.PENDING: _("The licenses can be used. %(reseller)s must order them by %(due)s."),
    Status.OVERDUE: _(
        "The order is late: %(reseller)s had to place it by %(due)s. The licenses work until"
        " %(last)s, and nothing more can be requested before the order is placed."
    ),
    Status.SUSPENDED: _(
        "The licenses have not worked since %(stopped)s, because %(reseller)s has not ordered"
        " them. They work again as soon as the order is recorded."
    ),
    Status.LAPSED: _(
        "It was never ordered, and its licenses are gone. Request them again if you need them."
    ),
    Status.ORDERED: _("%(reseller)s ordered it on %(ordered)s; the licenses are paid."),
    Status.CANCELLED: _("%(reseller)s cancelled it; its licenses are gone."),
    Status.RETURNED: _("%(reseller)s returned its order; its licenses are gone."),
}
# Close to the anniversary date licenses end without being suspended before.
_ENDS_SOON = _(
    "The order is late: %(reseller)s had to place it by %(due)s. The last day of the licenses is"
    " %(last)s, and nothing more can be requested before the order is placed."
)


def what_it_means(authorization: PurchaseAuthorization) -> str:
    """Return in a sentence or two what works, until when, and who has to do what.

    The PA carries its `status`; its `order`, and its customer's reseller, are loaded.
    """
    state = Status(authorization.status)
    ends_soon = state is Status.OVERDUE and authorization.lapses_straight
    order = authorization.order
    return str(_ENDS_SOON if ends_soon else _WORDS[state]) % {
        "reseller": authorization.customer.reseller.name,
        "due": long_date(authorization.due_on),
        "last": long_date(authorization.stops_on - dt.timedelta(days=1)),
        "stopped": long_date(STOPS.of(authorization)),
        "ordered": long_date(order.ordered_on) if order else "",
    }

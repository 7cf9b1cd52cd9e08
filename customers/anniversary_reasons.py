"""Why the anniversary date (AD) is the one that is shown, when it moves, and who can change it.

The rule is in `customers.anniversary`; what it reads is on the customer's row.
"""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from customers.models import Customer
from reseller_console.lib.calendar import YEAR, add_months
from reseller_console.lib.reasons import Reason
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.models import Day


def reason_of_anniversary(customer: Customer, *, day: Day) -> Reason:
    """Return why a customer has its AD, or none; it comes with `anniversary` of that day."""
    shown, names = customer.anniversary, {"reseller": customer.reseller.name}
    if shown is None:
        return Reason(
            _("There is none, because nothing has been bought yet or nothing of it is left."),
            _("The first purchase authorization or order sets it, 12 months after its date."),
            _("%(reseller)s adds the first products, or a VIP admin requests them.") % names,
        )
    is_first = shown == customer.first_anniversary_on
    because = _set_by(customer, shown) if is_first else _follows(customer, shown, day)
    return Reason(because, _moves(customer, shown, day), _who(customer, is_first=is_first))


def _set_by(customer: Customer, shown: dt.date) -> str:
    if customer.custom_anniversary_on is not None:
        return _("It is a custom date, chosen at the invitation on %(on)s.") % {
            "on": long_date(customer.invited_on)
        }
    bought_on = add_months(shown, -YEAR, day=customer.anniversary_day)
    return _("The first purchase, dated %(on)s, set it 12 months ahead.") % {
        "on": long_date(bought_on)
    }


def _follows(customer: Customer, shown: dt.date, day: Day) -> str:
    before = add_months(shown, -YEAR, day=customer.anniversary_day)
    if customer.renewed_anniversary_on == before and customer.renewed_from_on is not None:
        return _("It moved on from %(before)s on %(on)s, as everything was renewed.") % {
            "before": long_date(before),
            "on": long_date(customer.renewed_from_on),
        }
    return _(
        "It follows %(before)s by 12 months, and has done so since %(on)s at the latest, when the"
        " renewal window of that date had closed."
    ) % {"before": long_date(before), "on": long_date(day.terms.rolls_on(before))}


def _moves(customer: Customer, shown: dt.date, day: Day) -> str:
    following = long_date(add_months(shown, YEAR, day=customer.anniversary_day))
    if customer.renewed_anniversary_on == shown and customer.renewed_from_on is not None:
        return _("Everything is renewed, so it moves to %(next)s on %(on)s.") % {
            "next": following,
            "on": long_date(customer.renewed_from_on),
        }
    return _(
        "It moves to %(next)s on %(on)s, when the renewal window has closed; on %(shown)s or later"
        " already once everything is renewed."
    ) % {
        "next": following,
        "on": long_date(day.terms.rolls_on(shown)),
        "shown": long_date(shown),
    }


def _who(customer: Customer, *, is_first: bool) -> str:
    if customer.custom_anniversary_on is not None:
        return _("Nobody can change it.")
    if is_first:
        return _(
            "Nobody can set it by hand; it is cleared if every purchase of the first term is"
            " cancelled or returned in full."
        )
    return _(
        "Nobody can set it by hand; a renewal that is returned while its window is open takes an"
        " early move back."
    )

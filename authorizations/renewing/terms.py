"""The term that a renewal is about, with the days on which it can be renewed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from authorizations.rules.dates import renewed_by
from customers.models import Customer
from customers.standing import READY, UPCOMING
from reseller_console.lib.wording import long_date, short_date
from reseller_console.tenancy.models import Day


@dataclass(frozen=True)
class RenewalDates:
    """An anniversary date, and when the term that ends at it can be renewed."""

    anniversary_on: dt.date
    opens_on: dt.date
    closes_on: dt.date
    removed_on: dt.date

    @property
    def in_words(self) -> str:
        """All of them in one line."""
        return _(
            "Anniversary date %(anniversary)s · renewal orders dated %(opens)s to %(closes)s"
            " · what is not renewed is removed on %(removed)s"
        ) % {
            "anniversary": short_date(self.anniversary_on),
            "opens": short_date(self.opens_on),
            "closes": short_date(self.closes_on),
            "removed": short_date(self.removed_on),
        }


def dates_of(anniversary: dt.date, *, day: Day) -> RenewalDates:
    """Return when the term that ends at an anniversary date can be renewed."""
    opens, closes = day.terms.renewal_window.around(anniversary)
    return RenewalDates(anniversary, opens, closes, day.terms.rolls_on(anniversary))


def renewed_on(customer: Customer, date: dt.date, *, day: Day) -> RenewalDates | None:
    """Return the term that a renewal order of a date renews; None where it renews none."""
    anniversary = renewed_by(customer, date, terms=day.terms)
    return dates_of(anniversary, day=day) if anniversary else None


def why_not_notified(customer: Customer, *, day: Day) -> str:
    """Return why a customer cannot be notified of a renewal: it is in neither of its filters.

    Blank while it can be; said at a missing Notify, and by the verb that refuses.
    """
    entries = (READY, UPCOMING)
    if any(entry.reason(customer, day) is not None for entry in entries):
        return ""
    said = _("%(name)s is neither in Upcoming Renewals nor in Ready for Renewal.")
    date = customer.renewal_on
    if date is None:
        return (said + " " + _("Nothing of it is to renew.")) % {"name": customer.name}
    first, _last = day.terms.upcoming_window.around(date)
    opens = _("What ends on %(ends)s can be announced from %(first)s on, by an account manager.")
    return (said + " " + opens if first > day.today else said) % {
        "name": customer.name,
        "ends": long_date(date),
        "first": long_date(first),
    }


def when_it_opens(customer: Customer, *, day: Day) -> str:
    """Return when the customer can be renewed next, in a sentence; what can be done until then."""
    if customer.anniversary is None:
        return _(
            "%(name)s has no anniversary date yet: the first purchase authorization or order sets"
            " it. There is nothing to renew."
        ) % {"name": customer.name}
    opens = dates_of(customer.anniversary, day=day).opens_on
    if opens <= day.today:
        return _(
            "The renewal window of %(name)s has closed. More licenses can be had by purchase"
            " authorization."
        ) % {"name": customer.name}
    return _(
        "The renewal window of %(name)s opens on %(opens)s. More licenses can be had by purchase"
        " authorization until then."
    ) % {"name": customer.name, "opens": long_date(opens)}

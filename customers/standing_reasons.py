"""Why a customer is in a filter of the left rail: since when, until when, who can end it.

The filters are in `customers.standing`, which says by which facts of the row one holds. English:
only colleagues of the reseller have these lists.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reseller_console.lib.reasons import Reason
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.models import Day

_ONE_DAY = dt.timedelta(days=1)
_LICENSES = {"renewal_on": "renewal_licenses", "next_renewal_on": "next_renewal_licenses"}
# More numbers would not be read.
_MOST = 3


@dataclass(frozen=True)
class Named:
    """Numbers of purchase authorizations (PA) that are pending and past due, where known.

    A customer's row has none of them; who has read the PAs gives them.
    """

    pending: Sequence[str] = ()
    late: Sequence[str] = ()


NOT_NAMED = Named()

# The facts by which a filter holds, by their names.
Held = Sequence[str]


def everyone(row: Any, _held: Held, _day: Day, _named: Named) -> Reason:
    """Explain All Customers."""
    return Reason(
        _("Every customer is in this list, this one since it was invited on %(on)s.")
        % {"on": long_date(row.invited_on)},
        _("It stays there."),
        _("Nobody can take it off."),
    )


def no_products(row: Any, held: Held, _day: Day, _named: Named) -> Reason:
    """Explain No Products: nothing left, or nothing yet."""
    date = getattr(row, held[0])
    change = _(
        "An account manager ends it by creating a purchase authorization or recording an order, a"
        " VIP admin by requesting products."
    )
    if held[0] == "products_from_on":
        because = _("Its licenses begin on %(on)s only, and until then none of them works.")
        until = _("It leaves the list on %(on)s.")
        facts = {"on": long_date(date)}
        return Reason(because % facts, until % facts, change)
    because = _(
        "Since %(on)s no purchase authorization awaits its order and no license works: nothing was"
        " bought, or all of it was cancelled, returned, has lapsed or ended."
    )
    return Reason(
        because % {"on": long_date(date)}, _("It stays there until something is bought."), change
    )


def pending(row: Any, held: Held, _day: Day, named: Named) -> Reason:
    """Explain Pending Requests."""
    date = getattr(row, held[0])
    because = _("An order is awaited that is not due yet%(named)s; the last one is due on %(on)s.")
    return Reason(
        because % {"named": _in_brackets(named.pending), "on": long_date(date)},
        _("If none of them is ordered, it leaves the list on %(on)s and is past due by then.")
        % {"on": long_date(date + _ONE_DAY)},
        _("An account manager records the orders, or cancels until they are due."),
    )


def past_due(row: Any, held: Held, _day: Day, named: Named) -> Reason:
    """Explain Past Due Requests, by the span of the row that holds."""
    first, last = (getattr(row, name) for name in held)
    because = _(
        "The order of a purchase authorization is late%(named)s, without a break since %(on)s."
    )
    until = _(
        "Without an order it leaves the list on %(on)s, when what is late has lapsed and its"
        " licenses are gone. Until then no new purchase authorization can be created."
    )
    return Reason(
        because % {"named": _in_brackets(named.late), "on": long_date(first)},
        until % {"on": long_date(last + _ONE_DAY)},
        _("An account manager records every late order; nothing late can be cancelled."),
    )


def upcoming(row: Any, held: Held, day: Day, _named: Named) -> Reason:
    """Explain Upcoming Renewals."""
    date = getattr(row, held[0])
    first, last = day.terms.upcoming_window.around(date)
    until = _("On %(on)s the renewal window opens, and it goes on to Ready for Renewal.")
    return Reason(
        _to_renew(row, held[0])
        + " "
        + _("It is announced here from %(first)s to %(last)s.")
        % {"first": long_date(first), "last": long_date(last)},
        until % {"on": long_date(last + _ONE_DAY)},
        _("No renewal order can be dated before; an account manager can notify the VIP admins."),
    )


def ready(row: Any, held: Held, day: Day, _named: Named) -> Reason:
    """Explain Ready for Renewal."""
    date = getattr(row, held[0])
    first, last = day.terms.renewal_window.around(date)
    until = _("What is left on %(last)s is removed on %(gone)s, and it leaves the list.")
    return Reason(
        _to_renew(row, held[0])
        + " "
        + _("The renewal window is open from %(first)s to %(last)s.")
        % {"first": long_date(first), "last": long_date(last)},
        until % {"last": long_date(last), "gone": long_date(day.terms.rolls_on(date))},
        _(
            "An account manager ends it by recording renewal orders for all of it, or one that"
            " completes the renewal."
        ),
    )


def of_manager(customer: Any) -> Reason:
    """Explain the switch “Managed by me” for a customer whose `managed_by` is loaded."""
    manager = customer.managed_by
    facts = {"name": manager.name}
    shown = _("%(name)s manages it, so “Managed by me” shows it to %(name)s and to nobody else.")
    until = (
        ""
        if manager.is_active
        else _("The account is deactivated; the primary admin gets its emails.")
    )
    return Reason(
        shown % facts,
        until or _("It stays so until somebody else manages it."),
        _("A reseller admin can change Managed by."),
    )


def _to_renew(row: Any, fact: str) -> str:
    number, date = getattr(row, _LICENSES[fact]) or 0, getattr(row, fact)
    return ngettext(
        "%(count)s license of the term that ends on %(on)s is not renewed.",
        "%(count)s licenses of the term that ends on %(on)s are not renewed.",
        number,
    ) % {"count": f"{number:,}", "on": long_date(date)}


def _in_brackets(numbers: Sequence[str]) -> str:
    """Return " (A, B)", or nothing where no numbers are known."""
    if not numbers:
        return ""
    more = _(" and %(n)d more") % {"n": len(numbers) - _MOST} if len(numbers) > _MOST else ""
    return f" ({', '.join(numbers[:_MOST])}{more})"

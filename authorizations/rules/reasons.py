"""Why a purchase authorization (PA) is in its state, until when, and who can change that.

One text for managers, VIP admins, ops, emails and files: who can act is named. Dates are the PA's
own, read through the edges of `authorizations.rules.status`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authorizations.rules.status import (
    GONE,
    PAST_DUE_FROM,
    Status,
    days_to_order,
    has_ended_by,
    lapses_straight,
    stops_on,
)
from reseller_console.lib.reasons import Reason
from reseller_console.lib.wording import long_date

_ONE_DAY = dt.timedelta(days=1)


class Seller(Protocol):
    """Who sells: the reseller, or its name alone where no instant has to be told."""

    @property
    def name(self) -> str:
        """What people know it by."""
        ...

    @property
    def time_zone(self) -> str:
        """The zone its days are counted in."""
        ...


# A PA, or the facts of one in an email.
Paper = Any


def reason_of(state: Status, paper: Paper, *, seller: Seller, today: dt.date) -> Reason:
    """Return why a PA is in `state` on `today`; its `order` is loaded where it has one."""
    facts = _dates(paper) | {"number": paper.number, "reseller": seller.name}
    return _REASONS[state](paper, facts, seller, today)


def _dates(paper: Paper) -> dict[str, str]:
    stops = stops_on(paper)
    return {
        "created": long_date(paper.created_on),
        "due": long_date(paper.due_on),
        "overdue": long_date(PAST_DUE_FROM.of(paper)),
        "last": long_date(stops - _ONE_DAY),
        "stops": long_date(stops),
        "gone": long_date(GONE.of(paper)),
        "ends": long_date(paper.counts_to),
        "usable": long_date(paper.usable_until_on),
    }


def _days(paper: Paper) -> str:
    """Return how long its order may take, as its own dates have it."""
    days = days_to_order(paper)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def _pending(paper: Paper, facts: dict[str, str], _seller: Seller, _today: dt.date) -> Reason:
    because = _(
        "%(number)s was created on %(created)s and its order is due by %(due)s, %(days)s later."
    )
    until = _(
        "Its licenses can be used. If no order is recorded, it is Overdue from %(overdue)s: then no"
        " new purchase authorization can be created until it is ordered."
    )
    return Reason(
        because % (facts | {"days": _days(paper)}),
        until % facts,
        _("%(reseller)s can record the order on any day, or cancel it until %(due)s.") % facts,
    )


def _overdue(paper: Paper, facts: dict[str, str], _seller: Seller, _today: dt.date) -> Reason:
    because = _(
        "%(number)s is overdue: its order was due on %(due)s, %(days)s after it was created, and"
        " has not been recorded."
    )
    suspended = _(
        "Its licenses work until %(last)s; from %(stops)s they are suspended, and work again once"
        " it is ordered. Until then no new purchase authorization can be created."
    )
    lapses = _(
        "The last day of its licenses is %(last)s; on %(gone)s they are removed for good, as their"
        " term is over then. Until it is ordered no new purchase authorization can be created."
    )
    straight = lapses_straight(paper)
    return Reason(
        because % (facts | {"days": _days(paper)}),
        (lapses if straight else suspended) % facts,
        _("%(reseller)s clears it by recording the order; it cannot be cancelled any more.")
        % facts,
    )


def _suspended(_paper: Paper, facts: dict[str, str], _seller: Seller, _today: dt.date) -> Reason:
    because = _(
        "%(number)s is suspended: its order was due on %(due)s and has not been recorded, so its"
        " licenses have not worked since %(stops)s."
    )
    until = _(
        "Without an order they are removed for good on %(gone)s. Until it is ordered no new"
        " purchase authorization can be created."
    )
    change = _(
        "%(reseller)s clears it by recording the order: the licenses work again at once. It cannot"
        " be cancelled any more."
    )
    return Reason(because % facts, until % facts, change % facts)


def _lapsed(_paper: Paper, facts: dict[str, str], _seller: Seller, _today: dt.date) -> Reason:
    because = _(
        "%(number)s has lapsed: it was never ordered, its term ended on %(ends)s, and its licenses"
        " were removed for good on %(gone)s."
    )
    change = _(
        "%(reseller)s can still record an order for it, which brings no licenses back; products"
        " that are needed have to be added anew."
    )
    return Reason(because % facts, _("It stays lapsed."), change % facts)


def _ordered(paper: Paper, facts: dict[str, str], seller: Seller, today: dt.date) -> Reason:
    order = paper.order
    because = _("%(number)s is ordered: order %(order)s of %(ordered)s pays for it.") % (
        facts | {"order": order.number, "ordered": long_date(order.ordered_on)}
    )
    if has_ended_by(paper, order.recorded_on):
        until = _(
            "It was recorded after the last day of the licenses, %(usable)s, so it gave none."
        )
    elif has_ended_by(paper, today):
        until = _("Its licenses were usable until %(usable)s; only renewed ones go on.")
    else:
        until = _(
            "Its licenses are usable until %(usable)s; those that are renewed for the term after"
            " %(ends)s go on."
        )
    return Reason(because, until % facts, reason_of_return(order, seller=seller, today=today))


def reason_of_return(order: Any, *, seller: Seller, today: dt.date) -> str:
    """Return until when an order can be returned and by whom, or why it cannot be any more."""
    facts = {"reseller": seller.name, "last": long_date(order.return_until_on)}
    if order.may_be_returned(today):
        return _(
            "%(reseller)s can return order %(number)s until %(last)s, under a return authorization"
            " of the vendor."
        ) % (facts | {"number": order.number})
    return why_not_returned(order, today=today)


def why_not_returned(order: Any, *, today: dt.date) -> str:
    """Return why nothing of an order can be returned on `today`; blank while something can."""
    if order.may_be_returned(today):
        return ""
    days = order.return_days
    text = ngettext(
        "Order %(number)s of %(date)s could be returned until %(last)s, %(days)d day after its"
        " date. The return window is closed: its licenses stay, and nobody can return them any"
        " more.",
        "Order %(number)s of %(date)s could be returned until %(last)s, %(days)d days after its"
        " date. The return window is closed: its licenses stay, and nobody can return them any"
        " more.",
        days,
    )
    return text % {
        "number": order.number,
        "date": long_date(order.ordered_on),
        "last": long_date(order.return_until_on),
        "days": days,
    }


def _cancelled(paper: Paper, facts: dict[str, str], seller: Seller, _today: dt.date) -> Reason:
    on = paper.cancelled_at.astimezone(ZoneInfo(seller.time_zone)).date()
    because = _(
        "%(number)s is cancelled: %(reseller)s cancelled it on %(on)s, before its order was late,"
        " and its licenses were removed at once."
    )
    return Reason(because % (facts | {"on": long_date(on)}), _("It stays cancelled."), _for_good())


def _returned(paper: Paper, facts: dict[str, str], _seller: Seller, _today: dt.date) -> Reason:
    because = _(
        "%(number)s is returned: all licenses that order %(order)s paid for went back, so they are"
        " gone."
    )
    return Reason(
        because % (facts | {"order": paper.order.number}), _("It stays returned."), _for_good()
    )


def _for_good() -> str:
    return _("Nobody can bring it back; products that are needed have to be added anew.")


_REASONS: dict[Status, Callable[[Paper, dict[str, str], Seller, dt.date], Reason]] = {
    Status.PENDING: _pending,
    Status.OVERDUE: _overdue,
    Status.SUSPENDED: _suspended,
    Status.LAPSED: _lapsed,
    Status.ORDERED: _ordered,
    Status.CANCELLED: _cancelled,
    Status.RETURNED: _returned,
}


def why_not_cancelled(state: Status, paper: Paper, *, seller: Seller, today: dt.date) -> str:
    """Return why a PA cannot be cancelled on `today`; blank while it can."""
    if state is Status.PENDING:
        return ""
    reason = reason_of(state, paper, seller=seller, today=today)
    return _("Only a pending purchase authorization can be cancelled. %(why)s") % {"why": reason}


def why_not_ordered(state: Status, paper: Paper, *, seller: Seller, today: dt.date) -> str:
    """Return why no order can be recorded for a PA on `today`; blank while one can."""
    if state in (*Status.OPEN, Status.LAPSED):
        return ""
    reason = reason_of(state, paper, seller=seller, today=today)
    return _("No further order can be recorded for %(number)s. %(why)s") % {
        "number": paper.number,
        "why": reason,
    }

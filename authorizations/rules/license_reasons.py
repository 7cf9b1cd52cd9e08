"""Why a customer's licenses of a product are usable, suspended or to renew, and until when.

The numbers are counted by `authorizations.rules.licenses`; the purchase authorizations (PA) behind
them are those an order is awaited for. One text for managers and VIP admins.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authorizations.models import PurchaseAuthorization
from authorizations.rules.status import GONE, Status
from reseller_console.lib.reasons import Reason
from reseller_console.lib.wording import long_date

_ONE_DAY = dt.timedelta(days=1)
# More numbers would not be read.
_MOST = 3


class Counted(Protocol):
    """Licenses of one product of a customer on one day."""

    @property
    def usable(self) -> int:
        """Those that work, awaited ones included."""
        ...

    @property
    def awaiting_order(self) -> int:
        """Those of them whose order is still to come."""
        ...

    @property
    def suspended(self) -> int:
        """Those that do not work until their order comes."""
        ...

    @property
    def to_renew(self) -> int:
        """Those that end with the term."""
        ...


class RenewalDays(Protocol):
    """When the term that ends can be renewed, and when what is left is removed."""

    @property
    def anniversary_on(self) -> dt.date:
        """The day the term ends."""
        ...

    @property
    def opens_on(self) -> dt.date:
        """The first day of its renewal window."""
        ...

    @property
    def closes_on(self) -> dt.date:
        """The last one."""
        ...

    @property
    def removed_on(self) -> dt.date:
        """The first day on which what is left is gone."""
        ...


def reasons_of_licenses(
    counted: Counted,
    papers: Sequence[PurchaseAuthorization],
    *,
    renewal: RenewalDays | None,
    seller: str,
) -> Iterator[Reason]:
    """Yield why some of the licenses are what they are: ordered, awaited, suspended, to renew.

    `papers` are the customer's PAs of the product whose order is awaited, with their `status`.
    """
    if paid := counted.usable - counted.awaiting_order:
        yield _paid(paid, seller)
    if counted.awaiting_order:
        usable = [row for row in papers if row.status != Status.SUSPENDED]
        yield _awaited(counted.awaiting_order, usable, seller)
    if counted.suspended:
        stopped = [row for row in papers if row.status == Status.SUSPENDED]
        yield _suspended(counted.suspended, stopped, seller)
    if counted.to_renew and renewal is not None:
        yield _to_renew(counted.to_renew, renewal, seller)


def _paid(number: int, seller: str) -> Reason:
    because = ngettext(
        "%(count)s license is ordered and works.",
        "%(count)s licenses are ordered and work.",
        number,
    )
    return Reason(
        because % {"count": f"{number:,}"},
        _("They work to the end of their term and of its renewal window."),
        _("%(reseller)s takes them back only by recording a return while its window is open.")
        % {"reseller": seller},
    )


def _awaited(number: int, papers: Sequence[PurchaseAuthorization], seller: str) -> Reason:
    because = ngettext(
        "%(count)s license works and awaits its order: %(numbers)s.",
        "%(count)s licenses work and await their order: %(numbers)s.",
        number,
    ) % {"count": f"{number:,}", "numbers": _numbers(papers)}
    last = min((row.stops_on for row in papers), default=None)
    until = _("Without an order the first of them stop working after %(last)s.")
    change = _("%(reseller)s orders them, or cancels what is not due yet.")
    return Reason(
        because,
        until % {"last": long_date(last - _ONE_DAY)} if last else "",
        change % {"reseller": seller},
    )


def _suspended(number: int, papers: Sequence[PurchaseAuthorization], seller: str) -> Reason:
    because = ngettext(
        "%(count)s license does not work, because its order is too late: %(numbers)s.",
        "%(count)s licenses do not work, because their order is too late: %(numbers)s.",
        number,
    ) % {"count": f"{number:,}", "numbers": _numbers(papers)}
    gone = min((GONE.of(row) for row in papers), default=None)
    until = _("Without an order the first of them are removed on %(gone)s.")
    change = _("%(reseller)s records the order, and they work again at once.")
    return Reason(
        because, until % {"gone": long_date(gone)} if gone else "", change % {"reseller": seller}
    )


def _to_renew(number: int, renewal: RenewalDays, seller: str) -> Reason:
    because = ngettext(
        "%(count)s license belongs to the term that ends on %(ends)s, and is not renewed.",
        "%(count)s licenses belong to the term that ends on %(ends)s, and are not renewed.",
        number,
    )
    until = _("They work until %(closes)s and are removed on %(removed)s.")
    change = _("%(reseller)s renews them by an order dated %(opens)s to %(closes)s.")
    facts = {
        "count": f"{number:,}",
        "ends": long_date(renewal.anniversary_on),
        "opens": long_date(renewal.opens_on),
        "closes": long_date(renewal.closes_on),
        "removed": long_date(renewal.removed_on),
        "reseller": seller,
    }
    return Reason(because % facts, until % facts, change % facts)


def _numbers(papers: Sequence[PurchaseAuthorization]) -> str:
    """Return "PA-A (due 1 March 2026), PA-B (…)", the first few of them."""
    named = [
        _("%(number)s (due on %(due)s)") % {"number": row.number, "due": long_date(row.due_on)}
        for row in papers[:_MOST]
    ]
    return ", ".join(named) + (" …" if len(papers) > _MOST else "")

"""Renewals to come as rows, printed from a stencil (`lib/lists`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from authorizations.rules.discount import Discount
from authorizations.workbench.page import Row
from notifications.delivery import Delivery
from reseller_console.lib.lists import Stencil, grouped, joined
from reseller_console.lib.wording import short_date

_ROW = Stencil("authorizations/workbench_row.html")


class _Shape(NamedTuple):
    """What a row has, and what it offers to whom."""

    is_open: bool
    renewed: bool
    discount: bool
    contacted: bool
    # What became of the email of the last contact.
    contact_state: Delivery | None
    po_number: bool
    write: bool
    notify: bool


def workbench_rows(
    rows: Iterable[Row], *, may_write: bool, may_notify: bool, query: str = ""
) -> SafeString:
    """Return the table rows of the workbench; `query` keeps its day in the links of a row."""

    def printed(row: Row) -> SafeString:
        shape = _Shape(
            row.is_open,
            bool(row.renewed),
            bool(row.discount and row.discount.more),
            row.contact is not None,
            row.contact.state if row.contact else None,
            bool(row.po_number),
            may_write,
            may_write and may_notify,
        )
        return _ROW.printed(_texts(row) | {"query": query}, shape)

    return joined(map(printed, rows))


def _texts(row: Row) -> dict[str, str]:
    customer, contact = row.customer, row.contact
    return {
        "base": customer.get_absolute_url(),
        "name": customer.name,
        "vip_id": customer.vip_id,
        "manager": customer.managed_by.name,
        "po_number": row.po_number,
        "last_day": short_date(row.last_day),
        "last_day_iso": row.last_day.isoformat(),
        "ends_on": short_date(row.ends_on),
        "opens_on": short_date(row.opens_on),
        "left": grouped(row.left),
        "left_in_words": row.left_in_words,
        "because": str(row.because),
        "renewed": str(row.renewed),
        "owned": str(row.owned),
        "renewed_in_words": _renewed(row),
        "discount": _next_level(row.discount),
        "contact": short_date(contact.on) if contact else "",
        "contact_iso": contact.on.isoformat() if contact else "",
        "contact_by": contact.by if contact else "",
    }


def _renewed(row: Row) -> str:
    told = {"renewed": grouped(row.renewed), "owned": grouped(row.owned)}
    return gettext("%(renewed)s of %(owned)s renewed") % told


def _next_level(discount: Discount | None) -> str:
    """Return how many more licenses give the next term a better level; blank for none."""
    if discount is None or not discount.more:
        return ""
    told = ngettext(
        "%(more)s more license reaches level %(level)d",
        "%(more)s more licenses reach level %(level)d",
        discount.more,
    )
    return told % {"more": grouped(discount.more), "level": discount.after_coming}

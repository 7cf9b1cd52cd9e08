"""Purchase authorizations (PA) and activity as rows, printed from stencils (`lib/lists`).

Each table and list has a template for its rows. It runs once for each shape a row can have:
what the row offers to whom and which of its texts are there at all. The texts are then filled in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from authorizations.details.page import LINES_AT_ONCE, Row
from authorizations.details.timeline import Entry
from authorizations.rules.status import Status
from notifications.delivery import Delivery
from reseller_console.lib.lists.screen import grouped
from reseller_console.lib.lists.stencils import Escaped, stencil
from reseller_console.lib.wording import moment, short_date

# The texts of one row by name, as its template asks for them.
Texts = dict[str, str]


class _Open(NamedTuple):
    """A row whose order is awaited, for the reseller: on the details page, on the worklist."""

    state: Status
    po_number: bool
    requested: bool
    write: bool


class _Past(NamedTuple):
    """A row of the history on the details page."""

    state: Status
    requested: bool
    ordered: bool
    correctable: bool
    write: bool


class _ToMembers(NamedTuple):
    """A row for the customer's own admins."""

    state: Status
    po_number: bool
    awaits_order: bool


def open_rows(rows: Iterable[Row], *, may_write: bool) -> SafeString:
    """Return the table rows of what awaits an order, on the details page."""

    def printed(row: Row, escaped: Escaped) -> str:
        html = stencil("authorizations/open_row.html", _shape_of_open(row, may_write))
        return html % (_texts(row, escaped) | _urgency(row, escaped))

    return _joined(rows, printed)


def worklist_rows(rows: Iterable[Row], *, may_write: bool, back: str) -> SafeString:
    """Return the table rows of the worklist; `back` leads the dialogs back to it."""

    def printed(row: Row, escaped: Escaped) -> str:
        customer = row.authorization.customer
        html = stencil("authorizations/worklist_row.html", _shape_of_open(row, may_write))
        texts = _texts(row, escaped) | _urgency(row, escaped)
        texts["customer"] = escaped[customer.name]
        texts["vip_id"] = customer.vip_id
        texts["back"] = escaped[back]
        return html % texts

    return _joined(rows, printed)


def history_rows(rows: Iterable[Row], *, may_write: bool) -> SafeString:
    """Return the table rows of the history, on the details page."""

    def printed(row: Row, escaped: Escaped) -> str:
        authorization = row.authorization
        shape = _Past(
            row.status,
            authorization.requested_by_id is not None,
            authorization.order_id is not None,
            row.order_may_be_corrected,
            may_write,
        )
        texts = _texts(row, escaped)
        texts["why_not"] = escaped[row.why_not]
        if order := authorization.order:
            texts["order"] = escaped[order.number]
            texts["order_path"] = f"{texts['base']}orders/{order.pk}/correction/"
            texts |= _date("ordered", order.ordered_on, escaped)
        return stencil("authorizations/history_row.html", shape) % texts

    return _joined(rows, printed)


def member_rows(rows: Iterable[Row]) -> SafeString:
    """Return the table rows of what a customer has, for its own admins."""

    def printed(row: Row, escaped: Escaped) -> str:
        authorization = row.authorization
        shape = _ToMembers(row.status, bool(authorization.po_number), row.awaits_order)
        texts = _texts(row, escaped)
        texts["asker"] = texts["asker"] or escaped[authorization.customer.reseller.name]
        texts["meaning"] = escaped[row.to_members]
        texts |= _due(row, escaped)
        return stencil("member/authorization_row.html", shape) % texts

    return _joined(rows, printed)


class _Happened(NamedTuple):
    """An entry of the activity: somebody's deed, the console's own, or an email."""

    who: bool
    delivery: Delivery | None


def activity_rows(entries: Iterable[Entry], *, time_zone: str) -> SafeString:
    """Return the items of the list of what happened, each at its instant in a time zone."""
    zone = ZoneInfo(time_zone)

    def printed(entry: Entry, escaped: Escaped) -> str:
        shape = _Happened(bool(entry.who), entry.delivery)
        texts = {
            "at": escaped[moment(entry.at.astimezone(zone))],
            "at_iso": entry.at.isoformat(),
            "who": escaped[entry.who],
            "text": escaped[entry.text if entry.who or entry.delivery else capfirst(entry.text)],
            "address": escaped[entry.address],
        }
        return stencil("components/activity_row.html", shape) % texts

    return _joined(entries, printed)


def _joined[T](rows: Iterable[T], printed: Callable[[T, Escaped], str]) -> SafeString:
    escaped = Escaped()
    return mark_safe("".join(printed(row, escaped) for row in rows))


def _shape_of_open(row: Row, may_write: bool) -> _Open:
    authorization = row.authorization
    return _Open(
        row.status,
        bool(authorization.po_number),
        authorization.requested_by_id is not None,
        may_write,
    )


def _texts(row: Row, escaped: Escaped) -> Texts:
    """Return what all tables show of a PA; numbers and addresses need no escaping."""
    authorization = row.authorization
    asker = authorization.requested_by
    texts = {
        "base": authorization.customer.get_absolute_url(),
        "path": authorization.get_absolute_url(),
        "number": authorization.number,
        "po_number": escaped[authorization.po_number or "–"],
        "asker": escaped[str(asker)] if asker else "",
        "lines": _lines(row, escaped),
    }
    return texts | _date("created", authorization.created_on, escaped)


def _urgency(row: Row, escaped: Escaped) -> Texts:
    """Return by when the order is due and for how long it is placed."""
    months, days = row.authorization.months, row.authorization.days
    in_months = ngettext("%(months)s month", "%(months)s months", months) % {"months": months}
    in_days = ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    return _due(row, escaped) | {"months": escaped[in_months], "days": escaped[in_days]}


def _due(row: Row, escaped: Escaped) -> Texts:
    texts = _date("due", row.authorization.due_on, escaped)
    return texts | {"due_in_words": escaped[row.due_in_words]}


def _date(name: str, date: dt.date, escaped: Escaped) -> Texts:
    return {name: escaped[short_date(date)], f"{name}_iso": date.isoformat()}


def _lines(row: Row, escaped: Escaped) -> str:
    """Return the products of a PA, the first three at once."""
    item = stencil("authorizations/line_item.html")
    items = [
        item % {"quantity": grouped(quantity), "product": escaped[product]}
        for product, quantity in row.lines
    ]
    more = items[LINES_AT_ONCE:]
    count = gettext("%(count)s more") % {"count": len(more)} if more else ""
    return stencil("authorizations/lines.html", bool(more)) % {
        "items": "".join(items[:LINES_AT_ONCE]),
        "more": "".join(more),
        "count": escaped[count],
    }

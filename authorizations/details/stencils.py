"""Purchase authorizations (PA) and activity as rows, printed from stencils (`lib/lists`).

Each table and list has a template for its rows. It runs once for each shape a row can have:
what the row offers to whom and which of its texts are there at all. The texts are then filled in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from authorizations.details.rows import LINES_AT_ONCE, Row
from authorizations.details.timeline import Entry
from authorizations.rules.status import Status
from notifications.delivery import Delivery
from reseller_console.lib.lists import Stencil, grouped, joined
from reseller_console.lib.wording import moment, short_date

# The texts of one row by name, as its template asks for them.
Texts = dict[str, str]

_OPEN = Stencil("authorizations/open_row.html")
_WORKLIST = Stencil("authorizations/worklist_row.html")
_HISTORY = Stencil("authorizations/history_row.html")
_MEMBER = Stencil("member/authorization_row.html")
_ACTIVITY = Stencil("components/activity_row.html")
_LINES = Stencil("authorizations/lines.html")
_LINE = Stencil("authorizations/line_item.html")


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
    returnable: bool
    write: bool


class _ToMembers(NamedTuple):
    """A row for the customer's own admins."""

    state: Status
    po_number: bool
    awaits_order: bool


def open_rows(rows: Iterable[Row], *, may_write: bool) -> SafeString:
    """Return the table rows of what awaits an order, on the details page."""

    def printed(row: Row) -> SafeString:
        texts = _texts(row) | _urgency(row) | {"why": str(row.reason)}
        return _OPEN.printed(texts, _shape_of_open(row, may_write))

    return joined(map(printed, rows))


def worklist_rows(rows: Iterable[Row], *, may_write: bool, query: str = "") -> SafeString:
    """Return the table rows of the worklist; `query` keeps its day in the links of a row."""

    def printed(row: Row) -> SafeString:
        customer = row.authorization.customer
        texts = _texts(row) | _urgency(row)
        texts |= {
            "customer": customer.name,
            "vip_id": customer.vip_id,
            "why": str(row.reason),
            "query": query,
        }
        return _WORKLIST.printed(texts, _shape_of_open(row, may_write))

    return joined(map(printed, rows))


def history_rows(rows: Iterable[Row], *, may_write: bool) -> SafeString:
    """Return the table rows of the history, on the details page."""

    def printed(row: Row) -> SafeString:
        authorization = row.authorization
        shape = _Past(
            row.status,
            authorization.requested_by_id is not None,
            authorization.order_id is not None,
            row.order_may_be_corrected,
            row.may_be_returned,
            may_write,
        )
        texts = _texts(row)
        texts["why"] = (may_write and row.why_not) or str(row.reason)
        if order := authorization.order:
            texts["order"] = order.number
            texts["order_page"] = order.get_absolute_url()
            texts["order_path"] = f"{texts['base']}orders/{order.pk}/"
            texts |= _date("ordered", order.ordered_on)
            texts["return_until"] = short_date(order.return_until_on)
        return _HISTORY.printed(texts, shape)

    return joined(map(printed, rows))


def member_rows(rows: Iterable[Row]) -> SafeString:
    """Return the table rows of what a customer has, for its own admins."""

    def printed(row: Row) -> SafeString:
        authorization = row.authorization
        shape = _ToMembers(row.status, bool(authorization.po_number), row.awaits_order)
        texts = _texts(row)
        texts["asker"] = texts["asker"] or authorization.customer.reseller.name
        texts["why"] = str(row.reason)
        texts |= _due(row)
        return _MEMBER.printed(texts, shape)

    return joined(map(printed, rows))


class _Happened(NamedTuple):
    """An entry of the activity: a person's action, the console's own, or an email."""

    who: bool
    delivery: Delivery | None


def activity_rows(entries: Iterable[Entry], *, time_zone: str) -> SafeString:
    """Return the items of the list of what happened, each at its instant in a time zone."""
    zone = ZoneInfo(time_zone)

    def printed(entry: Entry) -> SafeString:
        shape = _Happened(bool(entry.who), entry.delivery)
        texts = {
            "at": moment(entry.at.astimezone(zone)),
            "at_iso": entry.at.isoformat(),
            "who": entry.who,
            "text": entry.text if entry.who or entry.delivery else capfirst(entry.text),
            "address": entry.address,
        }
        return _ACTIVITY.printed(texts, shape)

    return joined(map(printed, entries))


def _shape_of_open(row: Row, may_write: bool) -> _Open:
    authorization = row.authorization
    return _Open(
        row.status,
        bool(authorization.po_number),
        authorization.requested_by_id is not None,
        may_write,
    )


def _texts(row: Row) -> Texts:
    """Return what all tables show of a PA."""
    authorization = row.authorization
    asker = authorization.requested_by
    texts = {
        "base": authorization.customer.get_absolute_url(),
        "path": authorization.get_absolute_url(),
        "number": authorization.number,
        "po_number": authorization.po_number or "–",
        "asker": str(asker) if asker else "",
        "lines": _lines(row),
    }
    return texts | _date("created", authorization.created_on)


def _urgency(row: Row) -> Texts:
    """Return by when the order is due and for how long it is placed."""
    months, days = row.authorization.months, row.authorization.days
    in_months = ngettext("%(months)s month", "%(months)s months", months) % {"months": months}
    in_days = ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    return _due(row) | {"months": in_months, "days": in_days}


def _due(row: Row) -> Texts:
    texts = _date("due", row.authorization.due_on)
    return texts | {"due_in_words": row.due_in_words}


def _date(name: str, date: dt.date) -> Texts:
    return {name: short_date(date), f"{name}_iso": date.isoformat()}


def _lines(row: Row) -> SafeString:
    """Return the products of a PA, the first three at once."""
    items = [
        _LINE.printed({"quantity": grouped(quantity), "product": product})
        for product, quantity in row.lines
    ]
    more = items[LINES_AT_ONCE:]
    texts = {
        "items": joined(items[:LINES_AT_ONCE]),
        "more": joined(more),
        "count": gettext("%(count)s more") % {"count": len(more)} if more else "",
    }
    return _LINES.printed(texts, bool(more))

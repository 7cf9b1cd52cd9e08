"""Emails about purchase authorizations and renewals: what they may say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from authorizations.models import (
    DroppedRenewal,
    Order,
    OrderLine,
    PurchaseAuthorization,
    ReturnedLine,
)
from authorizations.rules.renewals import Rest
from customers.emails import link_to_accept
from customers.models import Customer
from reseller_console.tenancy.models import Day


def facts(authorization: PurchaseAuthorization) -> dict[str, object]:
    """Return what an email about a PA may say, frozen at the time of the event."""
    dates = ("created_on", "due_on", "suspends_on", "usable_until_on", "lapses_on", "counts_to")
    return {
        "pa_number": authorization.number,
        "po_number": authorization.po_number,
        "months": authorization.months,
        "days": authorization.days,
        "straight_to_lapse": authorization.lapses_straight,
        "lines": [
            {"quantity": line.quantity, "product": line.product.name}
            for line in authorization.lines.all()
        ],
    } | {name: getattr(authorization, name).isoformat() for name in dates}


def request_facts(authorization: PurchaseAuthorization) -> dict[str, object]:
    """Return what emails about a PA say besides when a VIP admin asked for it."""
    customer = authorization.customer
    return {
        "requested_by": str(authorization.requested_by),
        "pa_path": f"{customer.get_absolute_url()}#{authorization.number}",
        "requests_path": f"{customer.get_member_url()}requests/",
    }


def way_in(customer: Customer, *, has_admins: bool, link_version: int | None) -> dict[str, object]:
    """Return where an email about new products leads: to them, or to the acceptance before.

    `link_version` is that of the contact's link that works, None without one. At most one of
    the two facts is set.
    """
    if has_admins:
        return {"products_path": customer.get_member_url(), "link": ""}
    link = "" if link_version is None else link_to_accept(customer, link_version)
    return {"products_path": "", "link": link}


def renewal_facts(anniversary_on: dt.date, rest: Rest, *, day: Day) -> dict[str, object]:
    """Return what an email about a term may say: what is left of it and until when it works."""
    opens_on, _closes_on = day.terms.renewal_window.around(anniversary_on)
    return {
        "anniversary_on": anniversary_on.isoformat(),
        "opens_on": opens_on.isoformat(),
        "usable_until_on": rest.usable_until_on.isoformat(),
        "removed_on": rest.removed_on.isoformat(),
        "lines": [{"quantity": number, "product": product.name} for number, product in rest.lines],
    }


def order_name(order: Order, customer: Customer) -> str:
    """Return what tells a customer's part of an order from all others, also after a correction."""
    return f"{customer.vip_id}:{order.number}:{int(order.recorded_at.timestamp())}"


def return_name(order: Order, customer: Customer, number: str) -> str:
    """Return what tells a customer's return from all others."""
    return f"{order_name(order, customer)}:{number}"


def order_facts(
    order: Order, lines: Sequence[OrderLine], *, dropped: Sequence[DroppedRenewal] = ()
) -> dict[str, object]:
    """Return what an email about a customer's lines of an order may say; they are of one term."""
    return {
        "order_number": order.number,
        "ordered_on": order.ordered_on.isoformat(),
        "starts_on": min(line.starts_on for line in lines).isoformat(),
        "counts_to": lines[0].counts_to.isoformat(),
        "usable_until_on": lines[0].usable_until_on.isoformat(),
        "lines": _quantities(lines),
        "dropped": _quantities(dropped),
    }


def return_facts(
    order: Order, rows: Sequence[ReturnedLine], *, whole: Sequence[str]
) -> dict[str, object]:
    """Return what an email about a return may say; `whole` are the PAs that are Returned now."""
    return {
        "return_number": rows[0].number,
        "order_number": order.number,
        "returned_on": rows[0].returned_on.isoformat(),
        "pa_numbers": ", ".join(whole),
        "lines": [
            {"quantity": row.quantity, "product": row.order_line.product.name} for row in rows
        ],
    }


def _quantities(rows: Iterable[OrderLine | DroppedRenewal]) -> list[dict[str, object]]:
    return [{"quantity": row.quantity, "product": row.product.name} for row in rows]


def products_in_words(lines: Iterable[tuple[str, int]]) -> str:
    """Return lines as "5 × Acrobat Pro, 2 × Photoshop", for one-line summaries."""
    return ", ".join(f"{quantity} × {name}" for name, quantity in lines)

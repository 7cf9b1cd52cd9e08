"""What a line of a report is when it is looked at by itself, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from authorizations.models import (
    Order,
    OrderLine,
    Outcome,
    Product,
    PurchaseAuthorization,
    ReportLine,
)
from authorizations.rules.status import Status
from customers.models import Customer
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.text import comparison_key
from reseller_console.lib.wording import long_date


@dataclass
class Found:
    """A line and what it is; a matched one without PA is a renewal, or a direct order."""

    line: ReportLine
    outcome: Outcome
    explanation: str
    customer: Customer | None = None
    authorization: PurchaseAuthorization | None = None
    product: Product | None = None
    renews: bool = False
    order: Order | None = None


class No(Exception):
    """A line is not matched: what it is instead, and why."""

    def __init__(self, outcome: Outcome, explanation: str, **what: Any) -> None:
        super().__init__(explanation)
        self.outcome, self.explanation, self.what = outcome, explanation, what


def date_of(line: ReportLine) -> dt.date:
    """Return a line's order date; raises No for a line without."""
    if line.ordered_on is None:
        raise No(Outcome.REFUSED, line.fault or _("The order date is missing."))
    return line.ordered_on


def as_the_verb_does(check: Callable[[], None], what: dict[str, Any]) -> None:
    """Say what the verb that records orders would refuse."""
    try:
        check()
    except ActionRefused as refusal:
        raise No(Outcome.REFUSED, str(refusal), **what) from None


def quantity_of(row: PurchaseAuthorization, product: Product) -> int | None:
    """Return how many licenses of a product a PA has, None when it has none."""
    return next((one.quantity for one in row.lines.all() if one.product_id == product.pk), None)


def check_quantity(
    line: ReportLine, row: PurchaseAuthorization, product: Product | None, what: dict[str, Any]
) -> None:
    """Raise where the PA has another quantity than the line; it is ordered whole."""
    lines = list(row.lines.all())
    if product is None:
        here = lines[0].quantity if len(lines) == 1 else sum(one.quantity for one in lines)
    else:
        of_product = quantity_of(row, product)
        if of_product is None:
            raise No(
                Outcome.REFUSED,
                _("%(product)s is not on %(number)s.") % {"product": product, "number": row.number},
                **what,
            )
        here = of_product
    if line.quantity is not None and line.quantity != here:
        raise No(
            Outcome.QUANTITY,
            _("%(number)s is for %(here)d, the line for %(there)d. A PA is ordered whole.")
            % {"number": row.number, "here": here, "there": line.quantity},
            **what,
        )


def settled(row: PurchaseAuthorization) -> str:
    """Say why no order can be recorded for a PA."""
    if row.order is not None:
        return _("%(number)s is paid for by order %(order)s.") % {
            "number": row.number,
            "order": row.order.number,
        }
    state = str(Status(row.status).label).lower()
    return _("%(number)s is already %(state)s; no order can be recorded for it.") % {
        "number": row.number,
        "state": state,
    }


def recorded(
    line: ReportLine,
    order: Order,
    bought: Sequence[OrderLine],
    customer: Customer | None,
    product: Product | None,
) -> Found:
    """Return a line that a stored order has; raises No where that order is another one."""
    what: dict[str, Any] = {"customer": customer, "product": product, "order": order}
    facts = {"number": order.number, "date": long_date(order.ordered_on)}
    if order.ordered_on != line.ordered_on:
        raise No(
            Outcome.REFUSED,
            _("Order %(number)s is recorded with the date %(date)s.") % facts,
            **what,
        )
    fitting = [row for row in bought if _fits(line, row, customer, product)]
    if not fitting:
        raise No(
            Outcome.REFUSED,
            _("Order %(number)s of %(date)s is recorded without this. Nothing can be added to it.")
            % facts,
            **what,
        )
    if product is not None and line.quantity not in {None, *(row.quantity for row in fitting)}:
        facts |= {"here": str(fitting[0].quantity), "there": str(line.quantity)}
        sentence = _("Order %(number)s is recorded with %(here)s, the line says %(there)s.")
        raise No(Outcome.QUANTITY, sentence % facts, **what)
    told = _("Order %(number)s has it since it was recorded.") % facts
    first = fitting[0]
    return Found(
        line, Outcome.RECORDED, told, first.customer, first.authorization, product, order=order
    )


def _fits(
    line: ReportLine, row: OrderLine, customer: Customer | None, product: Product | None
) -> bool:
    paid = row.authorization
    return (
        (customer is None or row.customer_id == customer.pk)
        and (product is None or row.product_id == product.pk)
        and (
            not line.authorization_number
            or (paid is not None and paid.number == line.authorization_number)
        )
        and (
            not line.po_number
            or bool(line.authorization_number)
            or paid is None
            or comparison_key(paid.po_number) == comparison_key(line.po_number)
        )
    )

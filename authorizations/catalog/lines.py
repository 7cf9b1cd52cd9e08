"""Which lines a purchase authorization may have, the same for managers and VIP admins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from authorizations.models import Product
from customers.models import Customer
from reseller_console.lib.refusals import ActionRefused

MOST_LINES = 499


class LineRefused(ActionRefused):
    """One line breaks a rule; `line` is its index, counted from 0."""

    def __init__(self, sentence: str, *, line: int, field: str, code: str) -> None:
        super().__init__(sentence, field=field, code=code)
        self.line = line


def check_lines(
    customer: Customer, lines: Sequence[tuple[Product, int]], *, today: dt.date
) -> None:
    """Raise ActionRefused unless the customer can have these lines by PA.

    Codes: "no_lines", "too_many_lines"; as LineRefused "twice", "not_available",
    "order_directly", "too_few", "too_many".
    """
    if not lines:
        raise ActionRefused(_("Choose at least one product."), code="no_lines")
    if len(lines) > MOST_LINES:
        raise ActionRefused(
            _("A purchase authorization has at most %(most)d lines.") % {"most": MOST_LINES},
            code="too_many_lines",
        )
    numbered = [(index, product, number) for index, (product, number) in enumerate(lines)]
    for fault in faults(customer, numbered, today=today):
        raise fault


def faults(
    customer: Customer, lines: Iterable[tuple[int, Product, int | None]], *, today: dt.date
) -> Iterator[LineRefused]:
    """Yield what is wrong with the lines, at most one fault a line, in their order.

    A line is its index, its product and its number of licenses, None while that is unknown.
    """
    first_line: dict[int, int] = {}
    for index, product, quantity in lines:
        try:
            if product.pk in first_line:
                raise _twice(product, index, first_line[product.pk])
            first_line[product.pk] = index
            _check_product(customer, product, index, today=today)
            if quantity is not None:
                _check_quantity(product, quantity, index)
        except LineRefused as fault:
            yield fault


def _twice(product: Product, index: int, first: int) -> LineRefused:
    return LineRefused(
        _("%(product)s is on line %(line)d already; change the number there.")
        % {"product": product, "line": first + 1},
        line=index,
        field="product",
        code="twice",
    )


def _check_product(customer: Customer, product: Product, index: int, *, today: dt.date) -> None:
    if not product.by_authorization:
        raise LineRefused(
            _("%(product)s is not available by PA. Order it directly.") % {"product": product},
            line=index,
            field="product",
            code="order_directly",
        )
    if not product.sold_to(customer, today=today):
        raise LineRefused(
            _("%(product)s is not offered to this customer.") % {"product": product},
            line=index,
            field="product",
            code="not_available",
        )


def _check_quantity(product: Product, quantity: int, index: int) -> None:
    if quantity < product.minimum_quantity:
        raise LineRefused(
            _("%(product)s: at least %(least)d.")
            % {"product": product, "least": product.minimum_quantity},
            line=index,
            field="quantity",
            code="too_few",
        )
    if quantity > product.most_licenses:
        raise LineRefused(
            _("%(product)s: at most %(most)d.")
            % {"product": product, "most": product.most_licenses},
            line=index,
            field="quantity",
            code="too_many",
        )

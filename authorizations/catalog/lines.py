"""Which lines a purchase authorization or an order may have, the same for everybody who asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from authorizations.models import Product, Unit
from customers.models import Customer
from reseller_console.lib.refusals import ActionRefused

MOST_LINES = 499


class LineRefused(ActionRefused):
    """One line breaks a rule; `line` is its index, counted from 0."""

    def __init__(self, sentence: str, *, line: int, field: str, code: str) -> None:
        super().__init__(sentence, field=field, code=code)
        self.line = line


# Raises LineRefused at the line's index unless a customer can have so many of a product.
Judge = Callable[[Product, int | None, int], None]
Lines = Sequence[tuple[Product, int]]


def check_lines(customer: Customer, lines: Lines, *, today: dt.date) -> None:
    """Raise ActionRefused unless the customer can have these lines by PA.

    Codes: "no_lines", "too_many_lines"; as LineRefused "twice", "not_available",
    "order_directly", "too_few", "too_many".
    """
    _check(lines, by_authorization(customer, today=today))


def check_direct_lines(customer: Customer, lines: Lines, *, today: dt.date) -> None:
    """Raise the same unless the customer can have these lines by an order without PA."""
    _check(lines, directly(customer, today=today))


def check_renewal_lines(
    customer: Customer, lines: Lines, *, owned: Collection[int], today: dt.date
) -> None:
    """Raise the same, and "consumable", unless the customer can renew with these lines.

    Of the products `owned`, by id, any number; others as the catalog offers them.
    """
    _check(lines, as_renewal(customer, owned=owned, today=today))


def _check(lines: Lines, judge: Judge) -> None:
    if not lines:
        raise ActionRefused(_("Choose at least one product."), code="no_lines")
    if len(lines) > MOST_LINES:
        raise ActionRefused(
            _("There can be at most %(most)d lines.") % {"most": MOST_LINES},
            code="too_many_lines",
        )
    numbered = [(index, product, number) for index, (product, number) in enumerate(lines)]
    for fault in faults(numbered, judge):
        raise fault


def by_authorization(customer: Customer, *, today: dt.date) -> Judge:
    """Return what judges the lines of a PA."""

    def judge(product: Product, quantity: int | None, index: int) -> None:
        if not product.by_authorization:
            raise _not_by_authorization(product, index)
        _check_offered(customer, product, index, today=today)
        _check_quantity(product, quantity, index)

    return judge


def directly(customer: Customer, *, today: dt.date) -> Judge:
    """Return what judges the lines of an order without PA."""

    def judge(product: Product, quantity: int | None, index: int) -> None:
        _check_offered(customer, product, index, today=today)
        _check_quantity(product, quantity, index)

    return judge


def as_renewal(customer: Customer, *, owned: Collection[int], today: dt.date) -> Judge:
    """Return what judges the lines of a renewal order."""

    def judge(product: Product, quantity: int | None, index: int) -> None:
        if product.unit in Unit.CONSUMABLES:
            raise LineRefused(
                _("%(product)s is used up and not renewed. Order it directly.")
                % {"product": product},
                line=index,
                field="product",
                code="consumable",
            )
        if product.pk not in owned:
            _check_offered(customer, product, index, today=today)
        _check_quantity(product, quantity, index, least=1)

    return judge


def faults(lines: Iterable[tuple[int, Product, int | None]], judge: Judge) -> Iterator[LineRefused]:
    """Yield what is wrong with the lines, at most one fault a line, in their order.

    A line is its index, its product and its number of licenses, None while that is unknown.
    """
    first_line: dict[int, int] = {}
    for index, product, quantity in lines:
        try:
            if product.pk in first_line:
                raise _twice(product, index, first_line[product.pk])
            first_line[product.pk] = index
            judge(product, quantity, index)
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


def _not_by_authorization(product: Product, index: int) -> LineRefused:
    return LineRefused(
        _("%(product)s is not available by PA. Order it directly.") % {"product": product},
        line=index,
        field="product",
        code="order_directly",
    )


def _check_offered(customer: Customer, product: Product, index: int, *, today: dt.date) -> None:
    if not product.sold_to(customer, today=today):
        raise LineRefused(
            _("%(product)s is not offered to this customer.") % {"product": product},
            line=index,
            field="product",
            code="not_available",
        )


def _check_quantity(
    product: Product, quantity: int | None, index: int, *, least: int | None = None
) -> None:
    if quantity is None:
        return
    if quantity < (least or product.minimum_quantity):
        raise LineRefused(
            _("%(product)s: at least %(least)d.")
            % {"product": product, "least": least or product.minimum_quantity},
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

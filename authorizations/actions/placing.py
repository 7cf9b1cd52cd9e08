"""The parts of an order: what it buys, its number and date, its lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from authorizations.catalog.lines import check_direct_lines, check_renewal_lines
from authorizations.models import (
    DroppedRenewal,
    Order,
    OrderLine,
    Product,
    PurchaseAuthorization,
)
from authorizations.rules.dates import renewed_by, term_of, term_of_customer
from authorizations.rules.renewals import Owned, TermKey, owned_in_terms
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.text import comparison_key
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.models import Day, Reseller, Window

Lines = Sequence[tuple[Product, int]]


@dataclass(frozen=True)
class Direct:
    """Products a customer buys without a PA."""

    customer: Customer
    lines: Lines


@dataclass(frozen=True)
class Renewal:
    """What of a customer's ending term is renewed; `completes` drops what is left of it."""

    customer: Customer
    lines: Lines
    completes: bool = False


@dataclass(frozen=True)
class Placed:
    """One order as it was placed: number and date, and all it is for."""

    number: str
    ordered_on: dt.date
    authorizations: Sequence[PurchaseAuthorization] = ()
    direct: Sequence[Direct] = ()
    renewals: Sequence[Renewal] = ()

    @property
    def customers(self) -> list[Customer]:
        """Return everyone it is for, some perhaps twice."""
        return [
            *(row.customer for row in self.authorizations),
            *(row.customer for row in self.direct),
            *(row.customer for row in self.renewals),
        ]


def check_order_date(
    ordered_on: dt.date, rows: Sequence[PurchaseAuthorization], *, today: dt.date
) -> None:
    """Raise ActionRefused unless the date lies between the latest PA's date and today."""
    earliest = max((row.created_on for row in rows), default=None)
    if earliest is None:
        if ordered_on > today:
            raise _wrong_date(_("The order date cannot be after today, %(last)s."), last=today)
        return
    if not earliest <= ordered_on <= today:
        between = _(
            "The order date must be between %(first)s, the date of the PA, and today, %(last)s."
        )
        only = _("The PA was created today, so the order date can only be today, %(last)s.")
        raise _wrong_date(only if earliest == today else between, first=earliest, last=today)


def _wrong_date(sentence: str, **dates: dt.date) -> ActionRefused:
    told = {name: long_date(date) for name, date in dates.items()}
    return ActionRefused(sentence % told, field="ordered_on", code="order_date")


def insert_orders(
    reseller: Reseller, placed: Sequence[Placed], *, by: User, day: Day
) -> list[Order]:
    """Store orders without lines; raises ActionRefused "number_taken" at its field."""
    orders = [
        Order(
            reseller=reseller,
            number=one.number,
            number_key=comparison_key(one.number),
            ordered_on=one.ordered_on,
            return_until_on=day.terms.return_until(one.ordered_on),
            recorded_by=by,
            recorded_on=day.today,
        )
        for one in placed
    ]
    try:
        with transaction.atomic():
            return Order.objects.bulk_create(orders)
    except IntegrityError as error:
        if "one_order_per_number" not in str(error):
            raise
        keys = [order.number_key for order in orders]
        known = Order.objects.filter(reseller=reseller, number_key__in=keys)
        taken = known.values_list("number_key", flat=True).first()
        first = next((row for row in orders if row.number_key == taken), orders[0])
        raise _number_taken(first) from error


def save_unique(order: Order) -> None:
    """Store an order; raises ActionRefused with code "number_taken" at its field."""
    try:
        with transaction.atomic():
            order.save()
    except IntegrityError as error:
        if "one_order_per_number" not in str(error):
            raise
        raise _number_taken(order) from error


def _number_taken(order: Order) -> ActionRefused:
    return ActionRefused(
        _("Order %(number)s is recorded already.") % {"number": order.number},
        field="number",
        code="number_taken",
    )


def lines_that_pay(order: Order, rows: Iterable[PurchaseAuthorization]) -> list[OrderLine]:
    """Return the lines that pay for whole PAs; each keeps the term its PA was born with."""
    return [
        OrderLine(
            reseller_id=row.reseller_id,
            order=order,
            customer=row.customer,
            product=line.product,
            authorization=row,
            quantity=line.quantity,
            starts_on=row.created_on,
            counts_to=row.counts_to,
            usable_until_on=row.usable_until_on,
        )
        for row in rows
        for line in row.lines.all()
    ]


def lines_bought_directly(order: Order, direct: Direct, *, day: Day) -> list[OrderLine]:
    """Return the lines of a direct purchase: usable from the order's date, to the term's end.

    Raises ActionRefused, a line's own code (`authorizations.catalog.lines`).
    """
    check_direct_lines(direct.customer, direct.lines, today=day.today)
    term = term_of_customer(direct.customer, order.ordered_on, terms=day.terms)
    return [
        OrderLine(
            reseller_id=order.reseller_id,
            order=order,
            customer=direct.customer,
            product=product,
            quantity=quantity,
            starts_on=order.ordered_on,
            counts_to=term.counts_to,
            usable_until_on=term.usable_until_on,
        )
        for product, quantity in direct.lines
    ]


OwnedInTerms = Mapping[TermKey, Mapping[int, Owned]]


def owned_by_renewals(reseller: Reseller, placed: Iterable[Placed], *, day: Day) -> OwnedInTerms:
    """Return what the terms own that orders renew; one query, none without renewals."""
    dated = [(row.customer, one.ordered_on) for one in placed for row in one.renewals]
    dates = [(row, renewed_by(row, date, terms=day.terms)) for row, date in dated]
    terms = {(row.pk, date) for row, date in dates if date}
    return owned_in_terms(reseller, terms) if terms else {}


def lines_that_renew(
    order: Order, renewal: Renewal, *, owned: OwnedInTerms, day: Day
) -> list[OrderLine]:
    """Return the lines of a renewal: they begin at the anniversary date, or at a later order date.

    `owned` is what the terms own (`owned_by_renewals`). Raises ActionRefused with code
    "renewal_window" when the order's date lies in no window of the customer, "nothing_to_renew"
    when nothing of that term is owned (any more), or a line's code.
    """
    customer = renewal.customer
    anniversary = renewed_by(customer, order.ordered_on, terms=day.terms)
    if anniversary is None:
        raise _no_window(customer, order.ordered_on, window=day.terms.renewal_window)
    of_term = owned.get((customer.pk, anniversary), {})
    if not of_term:
        raise ActionRefused(
            _("%(name)s has nothing to renew at %(date)s. Record a direct order instead.")
            % {"name": customer.name, "date": long_date(anniversary)},
            code="nothing_to_renew",
        )
    check_renewal_lines(customer, renewal.lines, owned=of_term, today=day.today)
    term = term_of(
        anniversary,
        terms=day.terms,
        anniversary=customer.first_anniversary_on,
        day=customer.anniversary_day,
    )
    return [
        OrderLine(
            reseller_id=order.reseller_id,
            order=order,
            customer=customer,
            product=product,
            quantity=quantity,
            starts_on=max(anniversary, order.ordered_on),
            counts_to=term.counts_to,
            usable_until_on=term.usable_until_on,
            renews_on=anniversary,
        )
        for product, quantity in renewal.lines
    ]


def _no_window(customer: Customer, ordered_on: dt.date, *, window: Window) -> ActionRefused:
    said = _(
        "%(name)s has no renewal window on %(date)s. Renewal orders are dated from"
        " %(before)d days before the anniversary date to %(after)d days after it."
    ) % {
        "name": customer.name,
        "date": long_date(ordered_on),
        "before": -window.first,
        "after": window.last,
    }
    if customer.anniversary_on is not None:
        first, last = window.around(customer.anniversary_on)
        around = _("Around %(anniversary)s that is from %(first)s to %(last)s.") % {
            "anniversary": long_date(customer.anniversary_on),
            "first": long_date(first),
            "last": long_date(last),
        }
        said = f"{said} {around}"
    return ActionRefused(said, field="ordered_on", code="renewal_window")


def drop_what_is_left(completed: Mapping[TermKey, Order]) -> None:
    """Write down what of terms is not renewed, now that an order completes each renewal."""
    if not completed:
        return
    reseller = next(iter(completed.values())).reseller
    owned = owned_in_terms(reseller, completed)
    DroppedRenewal.objects.bulk_create(
        DroppedRenewal(
            reseller=reseller,
            order=order,
            customer_id=customer,
            product_id=product,
            anniversary_on=anniversary,
            quantity=row.left,
        )
        for (customer, anniversary), order in completed.items()
        for product, row in owned.get((customer, anniversary), {}).items()
        if row.left
    )

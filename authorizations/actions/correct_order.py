"""Correct the number and the date of an order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext as _

from authorizations.actions.anniversary import set_anew_by
from authorizations.actions.create import remember_papers
from authorizations.actions.placing import check_order_date, save_unique
from authorizations.models import Order, OrderLine, PurchaseKind, ReturnedLine
from authorizations.rules.dates import renewed_by, term_of_customer
from customers.actions.frame import Work, acting_on
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.text import comparison_key
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.models import Day, ProgramTerms


def correct_order(
    order: Order,
    *,
    number: str,
    ordered_on: dt.date,
    by: User,
    day: Day,
    seen: Mapping[str, str] | None = None,
) -> Order:
    """Correct an order's number and date: managers on the day it was recorded, ops later.

    It keeps the program terms it was recorded under; the date of an order without PA decides anew
    which term its licenses belong to. `seen` is what a form showed of the order when it was
    opened (`as_seen`); without it the caller has compared. Raises ActionRefused with code
    "too_late", "changed", "order_date" or "number_taken".
    """
    concerned = Customer.objects.filter(order_lines__order=order).select_related("reseller")
    with acting_on(concerned.distinct(), by=by, day=day) as work:
        order = Order.objects.select_for_update().get(pk=order.pk)
        if order.recorded_on != day.today and not by.is_superuser:
            raise ActionRefused(
                _("Order %(number)s was recorded on %(day)s. Ask ops to correct it.")
                % {"number": order.number, "day": long_date(order.recorded_on)},
                code="too_late",
            )
        if seen is not None:
            _refuse_unseen(order, seen, number=number, ordered_on=ordered_on)
        old = f"{order.number} ({order.ordered_on})"
        _correct(work, order, number=number, ordered_on=ordered_on)
        new = f"{number} ({ordered_on})"
        remember_papers(work.customers, number)
        for customer in work.customers:
            work.event(customer, PurchaseKind.ORDER_CORRECTED, old=old, new=new)
    return order


def _correct(work: Work, order: Order, *, number: str, ordered_on: dt.date) -> None:
    terms = order.reseller.terms_on(order.recorded_on)
    check_order_date(ordered_on, list(order.authorizations.all()), today=work.day.today)
    _check_returns(order, ordered_on, terms=terms)
    order.number, order.number_key = number, comparison_key(number)
    order.ordered_on = ordered_on
    order.return_until_on = terms.return_until(ordered_on)
    save_unique(order)
    of_ids = {customer.pk: customer for customer in work.customers}
    for line in order.lines.filter(authorization__isnull=True):
        customer = of_ids[line.customer_id]
        if line.renews_on is None:
            set_anew_by(work, customer, order, terms=terms)
            _date_direct_line(line, customer, terms=terms)
        else:
            _date_renewal_line(line, customer, terms=terms)
        line.save(update_fields=["starts_on", "counts_to", "usable_until_on"])


def _date_direct_line(line: OrderLine, customer: Customer, *, terms: ProgramTerms) -> None:
    """Let the order's date decide which term the line belongs to."""
    line.starts_on = line.order.ordered_on
    term = term_of_customer(customer, line.starts_on, terms=terms)
    line.counts_to, line.usable_until_on = term.counts_to, term.usable_until_on


def _date_renewal_line(line: OrderLine, customer: Customer, *, terms: ProgramTerms) -> None:
    """Keep the term that is renewed; raise ActionRefused where the date renews another, or none."""
    renewed, date = line.renews_on, line.order.ordered_on
    if renewed is not None and renewed_by(customer, date, terms=terms) != renewed:
        opens, closes = terms.renewal_window.around(renewed)
        raise ActionRefused(
            _("A renewal order is dated in its renewal window, %(first)s to %(last)s.")
            % {"first": long_date(opens), "last": long_date(closes)},
            field="ordered_on",
            code="order_date",
        )
    line.starts_on = max(renewed or date, date)


def _check_returns(order: Order, ordered_on: dt.date, *, terms: ProgramTerms) -> None:
    """Raise ActionRefused where something was returned outside the window of the new date."""
    for returned_on in ReturnedLine.objects.filter(order_line__order=order).values_list(
        "returned_on", flat=True
    ):
        if not ordered_on <= returned_on <= terms.return_until(ordered_on):
            raise ActionRefused(
                _(
                    "Licenses of this order were returned on %(day)s, which is outside the"
                    " return window of %(date)s."
                )
                % {"day": long_date(returned_on), "date": long_date(ordered_on)},
                field="ordered_on",
                code="order_date",
            )


def as_seen(order: Order) -> dict[str, str]:
    """Return what a form shows of an order and carries, to tell later whether it has changed."""
    return {"number": order.number, "ordered_on": order.ordered_on.isoformat()}


def _refuse_unseen(order: Order, seen: Mapping[str, str], **typed: object) -> None:
    """Raise ActionRefused "changed" where another correction would be undone that nobody saw.

    It names all that is stored, so that whoever sends the form again has seen it.
    """
    for name, stored in as_seen(order).items():
        if stored not in (str(typed[name]), seen.get(name)):
            raise ActionRefused(
                _(
                    "Changed to order %(number)s of %(date)s while this form was open."
                    " Send it again to keep what you typed."
                )
                % {"number": order.number, "date": long_date(order.ordered_on)},
                field=name,
                code="changed",
            )

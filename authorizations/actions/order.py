"""Record and correct orders: a purchase placed with the vendor pays for whole PAs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from authorizations.actions.create import remember_papers
from authorizations.emails import facts
from authorizations.models import Order, OrderLine, PurchaseAuthorization, PurchaseKind
from authorizations.rules.status import Status
from customers.actions.frame import Work, acting_on
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.text import comparison_key
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.models import Day, ProgramTerms, Reseller


def record_order(
    authorizations: Sequence[PurchaseAuthorization],
    *,
    number: str,
    ordered_on: dt.date,
    by: User,
    day: Day,
) -> Order:
    """Record one order that pays for whole PAs of one reseller, of one or more customers.

    `ordered_on` lies between the latest PA's date and today. Works for Pending, Overdue,
    Suspended and Lapsed PAs; recorded after their licenses ended it clears the block and
    gives no licenses. Raises ActionRefused with code "nothing", "ordered_already",
    "order_date" (field ordered_on) or "number_taken" (field number).
    """
    if not authorizations:
        raise ActionRefused(_("Choose at least one purchase authorization."), code="nothing")
    reseller = authorizations[0].reseller
    with acting_on([row.customer for row in authorizations], by=by, day=day) as work:
        rows = list(
            PurchaseAuthorization.objects.on(day.today)
            .filter(pk__in=[row.pk for row in authorizations], reseller=reseller)
            .select_related("customer__managed_by", "customer__reseller")
            .prefetch_related("lines__product")
        )
        _refuse_settled(rows)
        check_order_date(ordered_on, rows, today=day.today)
        order = _insert(reseller, number=number, ordered_on=ordered_on, by=by, day=day)
        for row in rows:
            _pay(row, order)
            remember_papers(row.customer, number)
        for row in rows:
            _tell(work, row, order)
    return order


def _refuse_settled(rows: Sequence[PurchaseAuthorization]) -> None:
    for row in rows:
        if row.status not in (*Status.OPEN, Status.LAPSED):
            state = Status(row.status).label
            raise ActionRefused(
                _("%(number)s is already %(state)s; no order can be recorded for it.")
                % {"number": row.number, "state": str(state).lower()},
                code="ordered_already",
            )


def check_order_date(
    ordered_on: dt.date, rows: Sequence[PurchaseAuthorization], *, today: dt.date
) -> None:
    """Raise ActionRefused unless the date lies between the latest PA's date and today."""
    earliest = max(row.created_on for row in rows)
    if not earliest <= ordered_on <= today:
        between = _(
            "The order date must be between %(first)s, the date of the PA, and today, %(last)s."
        )
        only = _("The PA was created today, so the order date can only be today, %(last)s.")
        raise ActionRefused(
            (only if earliest == today else between)
            % {"first": long_date(earliest), "last": long_date(today)},
            field="ordered_on",
            code="order_date",
        )


def _insert(reseller: Reseller, *, number: str, ordered_on: dt.date, by: User, day: Day) -> Order:
    order = Order(
        reseller=reseller,
        number=number,
        number_key=comparison_key(number),
        ordered_on=ordered_on,
        return_until_on=day.terms.return_until(ordered_on),
        recorded_by=by,
        recorded_on=day.today,
    )
    _save_unique(order)
    return order


def _save_unique(order: Order) -> None:
    try:
        with transaction.atomic():
            order.save()
    except IntegrityError as error:
        if "one_order_per_number" not in str(error):
            raise
        raise ActionRefused(
            _("Order %(number)s is recorded already.") % {"number": order.number},
            field="number",
            code="number_taken",
        ) from error


def _pay(authorization: PurchaseAuthorization, order: Order) -> None:
    authorization.order = order
    authorization.save(update_fields=["order"])
    OrderLine.objects.bulk_create(
        OrderLine(
            reseller_id=authorization.reseller_id,
            order=order,
            customer=authorization.customer,
            product=line.product,
            authorization=authorization,
            quantity=line.quantity,
            starts_on=authorization.created_on,
            counts_to=authorization.counts_to,
            usable_until_on=authorization.usable_until_on,
        )
        for line in authorization.lines.all()
    )


def _tell(work: Work, authorization: PurchaseAuthorization, order: Order) -> None:
    customer, number = authorization.customer, authorization.number
    work.event(customer, PurchaseKind.ORDERED, number=number, order=order.number)
    work.email_vip_admins(
        customer,
        template="pa_ordered",
        key=f"pa_ordered:{number}",
        context=facts(authorization)
        | {"order_number": order.number, "ordered_on": order.ordered_on.isoformat()},
    )


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

    It keeps the terms it was recorded under. `seen` is what a form showed of the order when it was
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
        terms = order.reseller.terms_on(order.recorded_on)
        _check_corrected_date(order, ordered_on, terms=terms, today=day.today)
        old = f"{order.number} ({order.ordered_on})"
        order.number, order.number_key = number, comparison_key(number)
        order.ordered_on = ordered_on
        order.return_until_on = terms.return_until(ordered_on)
        _save_unique(order)
        new = f"{number} ({ordered_on})"
        for customer in work.customers:
            remember_papers(customer, number)
            work.event(customer, PurchaseKind.ORDER_CORRECTED, old=old, new=new)
    return order


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


def _check_corrected_date(
    order: Order, ordered_on: dt.date, *, terms: ProgramTerms, today: dt.date
) -> None:
    """Raise ActionRefused unless the date fits the PAs the order pays for and what it renews."""
    authorizations = list(order.authorizations.all())
    if authorizations:
        check_order_date(ordered_on, authorizations, today=today)
    elif ordered_on > today:
        raise ActionRefused(
            _("The order date cannot be after today."), field="ordered_on", code="order_date"
        )
    for line in order.lines.all():
        renewed = line.renews_on
        if renewed is None:
            continue
        opens, closes = terms.renewal_window.around(renewed)
        if not opens <= ordered_on <= closes:
            raise ActionRefused(
                _("A renewal order is dated in its renewal window, %(first)s to %(last)s.")
                % {"first": long_date(opens), "last": long_date(closes)},
                field="ordered_on",
                code="order_date",
            )

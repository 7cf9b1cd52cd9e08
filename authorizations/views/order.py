"""Record an order for a PA, and correct one: `…/order/` and `…/orders/<id>/correction/`."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from authorizations.actions.correct_order import as_seen, correct_order
from authorizations.actions.order import record_order, why_not
from authorizations.doors import authorization_of, authorizations_of, awaiting_order, order_of
from authorizations.forms.order import OrderFacts, OrderForm
from authorizations.models import PurchaseAuthorization
from authorizations.rules.status import Status
from customers.doors import ColleagueRequest, door
from customers.models import Customer
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.dialogs import show_or_act


@door(write=True)
def record(request: ColleagueRequest, customer: Customer, number: str) -> HttpResponse:
    """Record the order that pays for this PA, and for any others it covers."""
    authorization, today = authorization_of(request, customer, number), request.day.today
    offered = awaiting_order(request, customer)
    form = OrderForm(
        request.POST or None,
        offered=offered,
        own=authorizations_of(request),
        today=today,
        initial={"ordered_on": today, "authorizations": _ticked(request, authorization, offered)},
    )

    def act() -> str:
        record_order(
            form.chosen(),
            number=form.cleaned_data["number"],
            ordered_on=form.cleaned_data["ordered_on"],
            by=request.user,
            day=request.day,
        )
        return customer.get_absolute_url()

    return show_or_act(
        request,
        form,
        act,
        template="authorizations/order.html",
        context={
            "customer": customer,
            "pa": authorization,
            "awaits": authorization in offered,
            "settled": why_not(authorization, today=today),
            "back": customer.get_absolute_url(),
        },
        said=_("The order is recorded."),
    )


def _ticked(
    request: ColleagueRequest,
    authorization: PurchaseAuthorization,
    offered: list[PurchaseAuthorization],
) -> list[str]:
    """Return the PAs an order begins with: the one asked for, or all that are past due."""
    if request.GET.get("with") != "past-due":
        return [authorization.number]
    late = [row.number for row in offered if row.status in Status.PAST_DUE]
    return late or [authorization.number]


@door(write=True)
def correct(request: ColleagueRequest, customer: Customer, order_id: int) -> HttpResponse:
    """Correct the number or the date of an order on the day it was recorded."""
    order, today = order_of(request, customer, order_id), request.day.today
    form = OrderFacts(
        request.POST or None, initial={"number": order.number, "ordered_on": order.ordered_on}
    )
    seen = as_seen(order)
    if request.method == "POST":
        # A form that is shown again for another reason has seen no more than before.
        seen = {name: request.POST.get(f"seen_{name}", "") for name in seen}

    def act() -> str:
        try:
            correct_order(
                order,
                number=form.cleaned_data["number"],
                ordered_on=form.cleaned_data["ordered_on"],
                by=request.user,
                day=request.day,
                seen=seen,
            )
        except ActionRefused as refusal:
            if refusal.code == "changed":
                order.refresh_from_db()
                seen.update(as_seen(order))
            raise
        return customer.get_absolute_url()

    return show_or_act(
        request,
        form,
        act,
        template="authorizations/correct.html",
        context={
            "customer": customer,
            "order": order,
            "seen": seen,
            "today": today,
            "back": customer.get_absolute_url(),
        },
        said=_("The order is corrected."),
    )

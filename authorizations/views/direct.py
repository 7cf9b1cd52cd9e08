"""Record an order without a purchase authorization: `/customers/<VIP ID>/orders/new/`."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from authorizations.actions.order import record_order
from authorizations.actions.placing import Direct
from authorizations.catalog.offer import offer_to
from authorizations.forms.direct import DirectOrderForm
from authorizations.models import Order
from authorizations.orders.words import what_it_gives
from authorizations.rules.past_due import blocking_authorizations, reason
from customers.doors import ColleagueRequest, door
from customers.models import Customer
from reseller_console.lib.htmx import render_page_or_dialog
from reseller_console.tenancy.dialogs import show_or_act

TEMPLATE = "authorizations/direct.html"


@door(write=True)
def record_directly(request: ColleagueRequest, customer: Customer) -> HttpResponse:
    """Record what a customer bought without a PA; also while it is past due or withdrawn."""
    today = request.day.today
    form = DirectOrderForm(
        request.POST if request.method == "POST" else None,
        customer=customer,
        offer=offer_to(customer, today=today),
        today=today,
    )
    late = blocking_authorizations(customer, today=today)
    context: dict[str, object] = {
        "customer": customer,
        "back": customer.get_absolute_url(),
        "late_reason": reason(late, today=request.day.today) if late else "",
    }
    if form.changes_shape:
        return render_page_or_dialog(request, TEMPLATE, {"form": form} | context)

    def act() -> str:
        order = record_order(
            direct=[Direct(customer, form.chosen)],
            number=form.cleaned_data["number"],
            ordered_on=form.cleaned_data["ordered_on"],
            by=request.user,
            day=request.day,
        )
        messages.success(request, _said(order, request))
        return customer.get_absolute_url()

    return show_or_act(request, form, act, template=TEMPLATE, context=context)


def _said(order: Order, request: ColleagueRequest) -> SafeString:
    """Return what was recorded and until when it gives licenses, with a way to the order."""
    link = format_html('<a href="{}">{}</a>', order.get_absolute_url(), order.number)
    gives = what_it_gives(order.lines.all(), today=request.day.today)
    return format_html(_("Order {number} is recorded: {gives}."), number=link, gives=gives)

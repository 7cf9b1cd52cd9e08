"""Record one order for PAs ticked on the worklist, of any customers: `/orders/new/`."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import ngettext

from authorizations.actions.order import record_order
from authorizations.doors import authorizations_of
from authorizations.forms.order import MOST_AUTHORIZATIONS, SelectedForm
from authorizations.models import PurchaseAuthorization
from authorizations.numbers import is_authorization_number
from authorizations.worklist.listing import PATH
from customers.doors import ColleagueRequest, door
from reseller_console.tenancy.dialogs import show_or_act

TEMPLATE = "authorizations/order_many.html"


@door(write=True)
def record_for_many(request: ColleagueRequest) -> HttpResponse:
    """Name the PAs that were ticked, and record the order that pays for them."""
    today = request.day.today
    offered = _ticked(request)
    form = SelectedForm(
        request.POST or None,
        offered=offered,
        own=authorizations_of(request),
        today=today,
        initial={"ordered_on": today, "authorizations": [row.number for row in offered]},
    )

    def act() -> str:
        chosen = form.chosen()
        order = record_order(
            chosen,
            number=form.cleaned_data["number"],
            ordered_on=form.cleaned_data["ordered_on"],
            by=request.user,
            day=request.day,
        )
        sentence = ngettext(
            "Order {number} is recorded for {count} purchase authorization.",
            "Order {number} is recorded for {count} purchase authorizations.",
            len(chosen),
        )
        link = format_html('<a href="{}">{}</a>', order.get_absolute_url(), order.number)
        messages.success(request, format_html(sentence, number=link, count=len(chosen)))
        return PATH

    context: dict[str, object] = {"offered": offered, "back": PATH}
    return show_or_act(request, form, act, template=TEMPLATE, context=context)


def _ticked(request: ColleagueRequest) -> list[PurchaseAuthorization]:
    """Return the PAs of the request that still can be ordered, the most urgent first.

    The form carries them along, so that all are named again after an error.
    """
    sent = request.POST if request.method == "POST" else request.GET
    numbers = list(filter(is_authorization_number, sent.getlist("pa")))
    rows = authorizations_of(request).filter(number__in=numbers[:MOST_AUTHORIZATIONS])
    return list(rows.unresolved().order_by("due_on", "id").prefetch_related("lines__product"))

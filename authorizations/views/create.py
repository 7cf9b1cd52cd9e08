"""Create new Purchase Authorization: `/customers/<VIP ID>/authorizations/new/`."""

from __future__ import annotations

from django.http import HttpResponse

from authorizations.actions.create import create_authorization
from authorizations.forms.create import AuthorizationForm
from authorizations.offer import offer_to
from authorizations.past_due import blocking_authorization, reason
from customers.doors import ColleagueRequest, door
from customers.models import Customer
from reseller_console.lib.htmx import render_page_or_dialog
from reseller_console.tenancy.dialogs import show_or_act

TEMPLATE = "authorizations/create.html"


@door(write=True)
def create(request: ColleagueRequest, customer: Customer) -> HttpResponse:
    """Choose products and numbers; the licences are usable at once."""
    today = request.day.today
    late = blocking_authorization(customer, today=today)
    form = AuthorizationForm(
        request.POST if request.method == "POST" else None,
        customer=customer,
        offer=offer_to(customer, today=today),
        today=today,
    )
    context: dict[str, object] = {
        "customer": customer,
        "late": late,
        "late_reason": reason(late) if late else "",
    }
    if form.adds or form.removes:
        return render_page_or_dialog(request, TEMPLATE, {"form": form} | context)

    def act() -> str:
        made = create_authorization(
            customer,
            lines=form.chosen,
            po_number=form.cleaned_data["po_number"],
            by=request.user,
            today=today,
        )
        return f"{customer.get_absolute_url()}?created={made.number}"

    return show_or_act(request, form, act, template=TEMPLATE, context=context)

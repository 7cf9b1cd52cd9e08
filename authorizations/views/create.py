"""Create new Purchase Authorization: `/customers/<VIP ID>/authorizations/new/`."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import ngettext

from authorizations.actions.create import create_authorization
from authorizations.catalog.offer import offer_to
from authorizations.forms.create import AuthorizationForm
from authorizations.models import PurchaseAuthorization
from authorizations.rules.discount import discounts_of
from authorizations.rules.past_due import blocking_authorizations, reason
from customers.admins.doors import MemberRequest
from customers.direct_orders import NOT_BY_AUTHORIZATION, ORDER_DIRECTLY
from customers.doors import ColleagueRequest, door
from customers.invitations.reasons import why_no_purchase
from customers.models import Customer
from reseller_console.lib.htmx import render_page_or_dialog
from reseller_console.lib.way_back import way_back
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.dialogs import show_or_act

TEMPLATE = "authorizations/create.html"


@door(write=True)
def create(request: ColleagueRequest, customer: Customer) -> HttpResponse:
    """Choose products and numbers; the licenses are usable at once."""
    return compose(
        request,
        customer,
        template=TEMPLATE,
        back=customer.get_absolute_url(),
        form_type=AuthorizationForm,
        leads_to=lambda made: _made(request, made),
    )


def _made(request: ColleagueRequest, made: PurchaseAuthorization) -> str:
    """Return where the page says what comes next; a list one goes back to says it, too."""
    path = f"{made.customer.get_absolute_url()}?created={made.number}"
    if way_back(request):
        sentence = ngettext(
            "{pa} for {name} was created. Order it for {months} month by {due}.",
            "{pa} for {name} was created. Order it for {months} months by {due}.",
            made.months,
        )
        facts = {"name": made.customer.name, "months": made.months, "due": long_date(made.due_on)}
        link = format_html('<a href="{}">{}</a>', path, made.number)
        messages.success(request, format_html(sentence, pa=link, **facts))
    return path


def compose(
    request: ColleagueRequest | MemberRequest,
    customer: Customer,
    *,
    template: str,
    back: str,
    form_type: type[AuthorizationForm],
    leads_to: Callable[[PurchaseAuthorization], str],
) -> HttpResponse:
    """Show the lines of a new PA, for a manager or a VIP admin, and create it once it is sent.

    What a VIP admin creates is requested by that person.
    """
    today, to_member = request.day.today, request.user.is_member
    late = blocking_authorizations(customer, today=today)
    form = form_type(
        request.POST if request.method == "POST" else None,
        customer=customer,
        offer=offer_to(customer, today=today),
        today=today,
    )
    context: dict[str, object] = {
        "customer": customer,
        "back": back,
        "late": late,
        "late_reason": reason(late, today=today) if late else "",
        "withdrawn": why_no_purchase(customer),
        "to_member": to_member,
        "discount": None if to_member else discounts_of([customer], request.day).get(customer.pk),
        "not_by_authorization": NOT_BY_AUTHORIZATION,
        "order_directly": ORDER_DIRECTLY,
    }
    if form.changes_shape:
        return render_page_or_dialog(request, template, {"form": form} | context)

    def act() -> str:
        made = create_authorization(
            customer,
            lines=form.chosen,
            po_number=form.cleaned_data["po_number"],
            by=request.user,
            day=request.day,
            requested_by=request.user if to_member else None,
        )
        return leads_to(made)

    return show_or_act(request, form, act, template=template, context=context)

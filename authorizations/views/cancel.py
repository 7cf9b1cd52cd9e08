"""Cancel Purchase Authorization: `…/authorizations/<PA number>/cancellation/`."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from authorizations.actions.cancel import cancel_authorization, why_not
from authorizations.doors import authorization_of
from customers.doors import ColleagueRequest, door
from customers.models import Customer
from reseller_console.tenancy.dialogs import show_or_act
from reseller_console.tenancy.forms import KeyedForm


@door(write=True)
def cancel(request: ColleagueRequest, customer: Customer, number: str) -> HttpResponse:
    """Say what the users lose, and take it away once that is confirmed."""
    authorization = authorization_of(request, customer, number)

    def act() -> str:
        cancel_authorization(authorization, by=request.user, today=request.day.today)
        return customer.get_absolute_url()

    return show_or_act(
        request,
        KeyedForm(request.POST or None),
        act,
        template="authorizations/cancel.html",
        context={
            "customer": customer,
            "authorization": authorization,
            "why_not": why_not(authorization),
        },
        said=_("%(number)s is cancelled; its licences are gone.") % {"number": number},
    )

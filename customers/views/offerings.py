"""Add the other offering type: `/customers/<VIP ID>/offerings/`."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from customers.actions.offerings import add_offering
from customers.doors import ColleagueRequest, door
from customers.models import Customer, Offering
from reseller_console.tenancy.dialogs import show_or_act
from reseller_console.tenancy.forms import KeyedForm


@door(write=True)
def add_other(request: ColleagueRequest, customer: Customer) -> HttpResponse:
    """Let the customer be sold the offering type it does not have yet."""
    missing = [offering for offering in Offering if offering not in customer.offerings]

    def act() -> str:
        for offering in missing:
            add_offering(customer, offering=offering, by=request.user, day=request.day)
        return customer.get_absolute_url()

    return show_or_act(
        request,
        KeyedForm(request.POST or None),
        act,
        template="customers/offerings.html",
        context={
            "customer": customer,
            "missing": missing,
            "back": customer.get_absolute_url(),
        },
        said=_("Products of the other type can be requested now."),
    )

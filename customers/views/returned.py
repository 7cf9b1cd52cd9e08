"""Invitations that came back: `/customers/returned/`, and `…/invitation/correction/`."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from customers.actions.returned import ask_for_correction, is_settled, open_request
from customers.doors import ColleagueRequest, door
from customers.forms.correction_request import CorrectionRequestForm
from customers.invitations.returned import page_of_returned
from customers.models import Customer
from reseller_console.lib.way_back import comes_back
from reseller_console.tenancy.dialogs import show_or_act


@comes_back
@door()
def returned_list(request: ColleagueRequest) -> HttpResponse:
    """List the customers whose invitation did not reach the contact."""
    page = page_of_returned(request.user, mine=request.GET.get("mine") == "1")
    return render(request, "customers/returned.html", {"page": page})


@door(write=True)
def correction(request: ColleagueRequest, customer: Customer) -> HttpResponse:
    """Ask ops to correct the contact."""
    form = CorrectionRequestForm(request.POST or None)

    def act() -> str:
        note = form.cleaned_data["note"]
        ask_for_correction(customer, note=note, by=request.user, day=request.day)
        return customer.get_absolute_url()

    return show_or_act(
        request,
        form,
        act,
        template="customers/correction.html",
        context={
            "customer": customer,
            "back": customer.get_absolute_url(),
            "asked": open_request(customer),
            "is_settled": is_settled(customer),
        },
        said=_("Ops have been asked. You get an email when it is done."),
    )

"""Change who manages one customer, or several: `…/manager/`."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from customers.actions.manager import change_manager
from customers.doors import ColleagueRequest, door
from customers.forms.manager import ManagerForm, ManyManagersForm
from customers.models import Customer
from reseller_console.tenancy.dialogs import show_or_act


@door(run_team=True)
def change_one(request: ColleagueRequest, customer: Customer) -> HttpResponse:
    """Let another colleague manage this customer."""
    form = ManagerForm(request.POST or None, user=request.user, initial={"to": customer.managed_by})

    def act() -> str:
        to = form.cleaned_data["to"]
        change_manager([customer], to=to, by=request.user, day=request.day)
        return customer.get_absolute_url()

    return show_or_act(
        request,
        form,
        act,
        template="customers/manager.html",
        context={"customer": customer, "back": customer.get_absolute_url()},
        said=_("Managed by was changed."),
    )


@door(run_team=True)
def change_many(request: ColleagueRequest) -> HttpResponse:
    """Let one colleague manage all customers in a list of VIP IDs."""
    chosen = "\n".join(request.GET.getlist("customer"))
    form = ManyManagersForm(request.POST or None, user=request.user, initial={"customers": chosen})

    def act() -> str:
        to, customers = form.cleaned_data["to"], form.cleaned_data["customers"]
        change_manager(customers, to=to, by=request.user, day=request.day)
        return "/customers/"

    return show_or_act(
        request,
        form,
        act,
        template="customers/manager.html",
        context={"back": "/customers/"},
        said=_("Managed by was changed."),
    )

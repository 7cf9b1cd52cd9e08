"""Resend and withdraw an invitation: `/customers/<VIP ID>/invitation/…/`."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from customers.actions.invitation import resend_invitation, withdraw_invitation
from customers.actions.returned import why_not_resend
from customers.doors import ColleagueRequest, door
from customers.memberships import may_be_accepted
from customers.models import Customer
from reseller_console.tenancy.dialogs import show_or_act
from reseller_console.tenancy.forms import KeyedForm


@door(write=True)
def resend(request: ColleagueRequest, customer: Customer) -> HttpResponse:
    """Send the contact a new link; the old one dies."""

    def act() -> str:
        sent = resend_invitation(customer, by=request.user, today=request.day.today)
        return sent.get_absolute_url()

    return show_or_act(
        request,
        KeyedForm(request.POST or None),
        act,
        template="customers/resend.html",
        context={
            "customer": customer,
            "back": customer.get_absolute_url(),
            "is_over": customer.withdrawn_at is None and not may_be_accepted(customer),
            "why_not": lambda: why_not_resend(customer),
        },
        said=_("The invitation is on its way to %(email)s.") % {"email": customer.contact_email},
    )


@door(write=True)
def withdraw(request: ColleagueRequest, customer: Customer) -> HttpResponse:
    """Take the invitation back."""

    def act() -> str:
        withdrawn = withdraw_invitation(customer, by=request.user, today=request.day.today)
        return withdrawn.get_absolute_url()

    return show_or_act(
        request,
        KeyedForm(request.POST or None),
        act,
        template="customers/withdraw.html",
        context={"customer": customer, "back": customer.get_absolute_url()},
        said=_("The invitation of %(name)s is withdrawn.") % {"name": customer.name},
    )

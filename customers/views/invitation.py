"""Resend and withdraw an invitation: `/customers/<VIP ID>/invitation/…/`."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _

from customers.actions.invitation import resend_invitation, withdraw_invitation
from customers.actions.returned import why_not_resend
from customers.admins.memberships import may_be_accepted
from customers.doors import ColleagueRequest, door
from customers.models import Customer
from reseller_console.tenancy.dialogs import show_or_act
from reseller_console.tenancy.forms import KeyedForm


@door(write=True)
def resend(request: ColleagueRequest, customer: Customer) -> HttpResponse:
    """Send the contact a new link; the old one dies."""
    return _confirm(
        request,
        customer,
        resend_invitation,
        template="customers/resend.html",
        said=_("The invitation is on its way to %(email)s.") % {"email": customer.contact_email},
        is_over=customer.withdrawn_at is None and not may_be_accepted(customer),
        why_not=lambda: why_not_resend(customer),
    )


@door(write=True)
def withdraw(request: ColleagueRequest, customer: Customer) -> HttpResponse:
    """Take the invitation back."""
    return _confirm(
        request,
        customer,
        withdraw_invitation,
        template="customers/withdraw.html",
        said=_("The invitation of %(name)s is withdrawn.") % {"name": customer.name},
    )


def _confirm(
    request: ColleagueRequest,
    customer: Customer,
    verb: Callable[..., Customer],
    *,
    template: str,
    said: str,
    **context: object,
) -> HttpResponse:
    """Carry `verb` out on the customer once it is confirmed, and lead to the customer."""

    def act() -> str:
        return verb(customer, by=request.user, day=request.day).get_absolute_url()

    context |= {"customer": customer, "back": customer.get_absolute_url()}
    form = KeyedForm(request.POST or None)
    return show_or_act(request, form, act, template=template, context=context, said=said)

"""Add Customer Organization: `/customers/new/`."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from customers.actions.invite import invite_customer
from customers.doors import ColleagueRequest, door
from customers.forms.invite import CONFIRM, InviteForm
from reseller_console.lib.htmx import render_page_or_dialog, render_page_or_part, see_other
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.dialogs import WRONG
from reseller_console.tenancy.submissions import mark_of, once

TEMPLATE = "customers/invite.html"


@door(write=True)
def invite(request: ColleagueRequest) -> HttpResponse:
    """Take the details step by step; the last step invites the customer."""
    form = InviteForm(
        request.POST if request.method == "POST" else None,
        reseller=request.reseller,
        today=request.day.today,
    )
    mark = mark_of(request)
    if form.complete and mark is not None:
        try:
            path = once(mark, lambda: _invite(request, form))
        except ActionRefused as refusal:
            form.refuse(refusal)
        else:
            sentence = _("The invitation is on its way to %(email)s. You can add products now.")
            messages.success(request, sentence % {"email": form.details().contact_email})
            return see_other(request, path)
    elif form.is_bound and form.shown == CONFIRM and form.is_valid():
        form.look_for_twins()
    return _show(request, form)


def _invite(request: ColleagueRequest, form: InviteForm) -> str:
    customer = invite_customer(
        form.reseller,
        details=form.details(),
        custom_anniversary_on=form.cleaned_data["custom_anniversary_on"],
        same_name_ok=form.cleaned_data["same_name_ok"],
        by=request.user,
        day=request.day,
    )
    return customer.get_absolute_url()


def _show(request: ColleagueRequest, form: InviteForm) -> HttpResponse:
    """Show the step that comes next; only the address when the country was changed in place."""
    context: dict[str, object] = {"form": form, "back": "/customers/"}
    status = WRONG if form.errors else 200
    if request.headers.get("HX-Target") == "address":
        return render_page_or_part(request, TEMPLATE, context, part="address", status=status)
    return render_page_or_dialog(request, TEMPLATE, context, status=status)

"""The VIP terms of an organization: `/member/<VIP ID>/terms/`."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from customers.actions.terms import accept_terms
from customers.admins.doors import MemberRequest, member_door
from customers.admins.vip_terms import acceptances_of, terms_in_force, text_of
from customers.forms.admins import TermsForm
from customers.models import Customer
from reseller_console.lib.htmx import see_other
from reseller_console.tenancy.dialogs import show_or_act

TEMPLATE = "member/terms.html"


@member_door(write=True)
def terms(request: MemberRequest, customer: Customer) -> HttpResponse:
    """Show the terms in force, by whom and when they were accepted; accept new ones."""
    path = f"{customer.get_member_url()}terms/"
    newest, accepted = terms_in_force(customer), acceptances_of(customer)
    done = next((row for row in accepted if newest and row.terms_id == newest.pk), None)
    text = text_of(newest, get_language() or "") if newest else None
    context: dict[str, object] = {
        "customer": customer,
        "terms": newest,
        "text": text,
        "acceptance": done,
        "earlier": [row for row in accepted if row != done],
        "path": path,
    }
    if newest is None or text is None or done is not None:
        # A form that comes now was sent twice, or another admin was quicker.
        waits = request.method == "POST"
        return see_other(request, path) if waits else render(request, TEMPLATE, context)
    form = TermsForm(
        request.POST if request.method == "POST" else None, customer=customer, terms=newest
    )

    def act() -> str:
        day, language = request.day, text.language
        accept_terms(customer, terms=newest, by=request.user, language=language, day=day)
        return path

    said = _("The VIP terms, version %(version)d, are accepted.") % {"version": newest.version}
    return show_or_act(request, form, act, template=TEMPLATE, context=context, said=said)


@member_door()
def earlier_terms(request: MemberRequest, customer: Customer, version: int) -> HttpResponse:
    """Show a version that was accepted for the organization, as it was read then."""
    accepted = acceptances_of(customer)
    acceptance = next((row for row in accepted if row.terms.version == version), None)
    if acceptance is None:
        raise Http404
    context = {
        "customer": customer,
        "terms": acceptance.terms,
        "text": text_of(acceptance.terms, acceptance.language),
        "acceptance": acceptance,
        "path": f"{customer.get_member_url()}terms/",
    }
    return render(request, "member/terms_earlier.html", context)

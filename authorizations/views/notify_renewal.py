"""Notify of renewals: `/customers/<VIP ID>/renewal/notification/`, `/renewals/notification/`."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authorizations.actions.notify_renewal import drafts_of, notify_renewal
from authorizations.forms.notify_renewal import NotifyOneForm, NotifyRenewalForm
from authorizations.renewing.chosen import chosen_customers
from authorizations.renewing.notifying import ToNotify, lately, look_up
from authorizations.renewing.preview import Preview, previews
from customers.doors import ColleagueRequest, door
from customers.models import Customer
from reseller_console.lib.htmx import render_page_or_dialog
from reseller_console.tenancy.dialogs import WRONG, show_or_act

TEMPLATE = "authorizations/notify_renewal.html"
BACK = "/renewals/"


@door(write=True)
def renewal_notification(request: ColleagueRequest, customer: Customer) -> HttpResponse:
    """Notify one customer, where needed by another address than usual."""
    found, refused = look_up([customer], day=request.day)
    back = customer.get_absolute_url()
    context: dict[str, object] = {"customer": customer, "back": back}
    if not found:
        return _nothing(request, context | {"why": str(refused[0])})
    data = request.POST if request.method == "POST" else None
    form = NotifyOneForm(data, one=found[0])
    return _show_or_notify(request, form, found, context | {"one": found[0]})


@door(write=True)
def renewals_notification(request: ColleagueRequest) -> HttpResponse:
    """Notify the chosen customers, each of what it has to renew."""
    context: dict[str, object] = {"back": BACK}
    try:
        customers = chosen_customers(request)
    except ValidationError as error:
        return _nothing(request, context | {"why": " ".join(error.messages)})
    found, refused = look_up(customers, day=request.day)
    context |= {"left_out": [str(refusal) for refusal in refused]}
    if not found:
        why = _("None of these customers can be notified of a renewal now.")
        return _nothing(request, context | {"why": why})
    # Rows that were ticked in a list may be sent as well as asked for.
    sent = request.method == "POST" and "own_text" in request.POST
    form = NotifyRenewalForm(request.POST if sent else None)
    if request.method == "POST" and not sent:
        return _shown(request, form, found, context)
    return _show_or_notify(request, form, found, context)


def _nothing(request: ColleagueRequest, context: dict[str, object]) -> HttpResponse:
    status = WRONG if request.method == "POST" else 200
    return render_page_or_dialog(request, TEMPLATE, context, status=status)


def _show_or_notify(
    request: ColleagueRequest,
    form: NotifyRenewalForm,
    found: Sequence[ToNotify],
    context: dict[str, object],
) -> HttpResponse:
    """Show what is sent; send it once the form is right, unless a preview was asked for."""
    if "preview" in request.POST:
        return _shown(request, form, found, context)

    def act() -> str:
        sent = notify_renewal(
            [one.customer for one in found],
            own_text=form.cleaned_data["own_text"],
            again_ok=form.cleaned_data["again_ok"],
            by=request.user,
            day=request.day,
            to=form.recipient(),
        )
        messages.success(request, _said(found, len(sent)))
        return str(context["back"])

    context = context | _facts(request, form, found)
    return show_or_act(request, form, act, template=TEMPLATE, context=context)


def _shown(
    request: ColleagueRequest,
    form: NotifyRenewalForm,
    found: Sequence[ToNotify],
    context: dict[str, object],
) -> HttpResponse:
    status = WRONG if form.is_bound and not form.is_valid() else 200
    context = context | _facts(request, form, found) | {"form": form}
    return render_page_or_dialog(request, TEMPLATE, context, status=status)


def _facts(
    request: ColleagueRequest, form: NotifyRenewalForm, found: Sequence[ToNotify]
) -> dict[str, object]:
    recent = [lately(one) for one in found if one.last and one.last.asks_on(request.day.today)]
    return {"found": found, "recent": recent, "previews": _previews(request, form, found)}


def _previews(
    request: ColleagueRequest, form: NotifyRenewalForm, found: Sequence[ToNotify]
) -> list[Preview]:
    """Return the email in each language somebody gets it in, with the lines typed so far."""
    valid = form.is_bound and form.is_valid()
    text = form.cleaned_data.get("own_text", "") if form.is_bound else ""
    to = form.recipient() if valid else None
    drafts = (
        draft
        for one in found
        for draft in drafts_of(
            one,
            [to] if to else one.recipients,
            text=text,
            by=request.user,
            day=request.day,
            chosen=to,
        )
    )
    return previews(drafts, {one.customer.vip_id: one.customer.name for one in found})


def _said(found: Sequence[ToNotify], emails: int) -> str:
    sent = ngettext("%(emails)d email", "%(emails)d emails", emails) % {"emails": emails}
    if len(found) == 1:
        return _("%(name)s is notified of the renewal: %(sent)s.") % {
            "name": found[0].customer.name,
            "sent": sent,
        }
    return _("%(count)d customers are notified of their renewals: %(sent)s.") % {
        "count": len(found),
        "sent": sent,
    }

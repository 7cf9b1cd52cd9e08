"""Record one renewal order for several customers: `/renewals/order/`."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authorizations.actions.renew import Recorded, changed_since, record_renewals
from authorizations.forms.renewals_order import MOST_LINES, RenewalsOrderForm, ToRenew
from authorizations.renewing.chosen import chosen_customers
from authorizations.renewing.terms import renewed_on
from authorizations.rules.renewals import left_of
from customers.doors import ColleagueRequest, door
from customers.models import Customer
from reseller_console.lib.htmx import render_page_or_dialog
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.dialogs import WRONG, show_or_act

TEMPLATE = "authorizations/renewals_order.html"
BACK = "/renewals/"


@door(write=True)
def renewals_order(request: ColleagueRequest) -> HttpResponse:
    """Record what is left of the chosen customers' terms with one number and date."""
    context: dict[str, object] = {"back": BACK}
    try:
        customers = chosen_customers(request)
    except ValidationError as error:
        wrong = context | {"why": " ".join(error.messages)}
        status = WRONG if request.method == "POST" else 200
        return render_page_or_dialog(request, TEMPLATE, wrong, status=status)
    date = _date(request)
    to_renew, left_out = _to_renew(request, customers, date)
    context |= {
        "customers": customers,
        "left_out": left_out,
        "late": [row.name for row in customers if row.is_late],
    }
    if why := _why_not(to_renew):
        return render_page_or_dialog(request, TEMPLATE, context | {"why": why})

    def form_of(data: QueryDict | None) -> RenewalsOrderForm:
        today = request.day.today
        return RenewalsOrderForm(data, to_renew=to_renew, ordered_on=date, latest=today)

    # Rows that were ticked in a list may be sent as well as asked for.
    if request.method == "POST" and "number" not in request.POST:
        return render_page_or_dialog(request, TEMPLATE, context | {"form": form_of(None)})
    form = form_of(request.POST if request.method == "POST" else None)

    def act() -> str:
        recorded = _record(request, form, customers, to_renew)
        messages.success(request, _said(recorded, len(form.renewals)))
        return BACK

    def again() -> RenewalsOrderForm:
        new = form_of(None)
        new.initial["number"] = request.POST.get("number", "")
        return new

    return show_or_act(request, form, act, template=TEMPLATE, context=context, again=again)


def _record(
    request: ColleagueRequest,
    form: RenewalsOrderForm,
    customers: list[Customer],
    to_renew: list[ToRenew],
) -> Recorded:
    """Record the order; raise ActionRefused where what is left is not what the form has seen."""
    seen, now = form.seen_by_vip_id, {one.customer.vip_id for one in to_renew}
    if gone := [row.name for row in customers if row.vip_id in seen.keys() - now]:
        raise changed_since(gone)
    return record_renewals(
        form.renewals,
        seen={row.pk: seen.get(row.vip_id, "") for row in customers},
        number=form.cleaned_data["number"],
        ordered_on=form.cleaned_data["ordered_on"],
        by=request.user,
        day=request.day,
    )


def _date(request: ColleagueRequest) -> dt.date:
    """Return the date that was typed, else today."""
    try:
        return min(dt.date.fromisoformat(request.POST.get("ordered_on", "")), request.day.today)
    except ValueError:
        return request.day.today


def _to_renew(
    request: ColleagueRequest, customers: list[Customer], date: dt.date
) -> tuple[list[ToRenew], list[str]]:
    """Return who has something left of the term an order of that date renews, and who has not."""
    dates = {row.pk: renewed_on(row, date, day=request.day) for row in customers}
    terms = {(pk, found.anniversary_on) for pk, found in dates.items() if found}
    rests = left_of(request.reseller, terms)
    to_renew, left_out = [], []
    for customer in customers:
        found = dates[customer.pk]
        rest = rests.get((customer.pk, found.anniversary_on)) if found else None
        if found and rest:
            to_renew.append(ToRenew(customer, found, rest))
        elif found:
            left_out.append(_("%(name)s: nothing is left to renew.") % {"name": customer.name})
        else:
            sentence = _("%(name)s has no renewal window on %(date)s.")
            left_out.append(sentence % {"name": customer.name, "date": long_date(date)})
    return to_renew, left_out


def _why_not(to_renew: list[ToRenew]) -> str:
    """Return why nothing can be recorded for these; blank when it can."""
    if not to_renew:
        return _("None of these customers has anything left to renew now.")
    lines = sum(len(one.lines) for one in to_renew)
    if lines > MOST_LINES:
        return _(
            "These customers have %(lines)d products together; at most %(most)d fit into one form."
            " Select fewer customers."
        ) % {"lines": lines, "most": MOST_LINES}
    return ""


def _said(recorded: Recorded, customers: int) -> str:
    count = sum(line.quantity for line in recorded.order.lines.all())
    done = ngettext(
        "Renewal order %(number)s is recorded for %(customers)d customer: %(count)d licenses",
        "Renewal order %(number)s is recorded for %(customers)d customers: %(count)d licenses",
        customers,
    ) % {"number": recorded.order.number, "customers": customers, "count": count}
    left = sum(recorded.left.values())
    rest = ngettext(
        "%(left)d license is left to renew", "%(left)d licenses are left to renew", left
    ) % {"left": left}
    return f"{done}; {rest if left else _('nothing is left to renew')}."

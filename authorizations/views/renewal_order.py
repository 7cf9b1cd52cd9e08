"""Record a renewal order of one customer: `/customers/<VIP ID>/renewal/`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authorizations.actions.placing import Renewal
from authorizations.actions.renew import Recorded, record_renewals
from authorizations.catalog.offer import offer_besides
from authorizations.forms.renewal_order import RenewalOrderForm
from authorizations.models import Product
from authorizations.renewing.left import owned_products
from authorizations.renewing.terms import RenewalDates, renewed_on, when_it_opens
from authorizations.rules.past_due import blocking_authorizations, reason
from authorizations.rules.renewals import Owned
from customers.doors import ColleagueRequest, door
from customers.models import Customer
from reseller_console.lib.htmx import render_page_or_dialog
from reseller_console.lib.wording import long_date
from reseller_console.tenancy.dialogs import WRONG, show_or_act

TEMPLATE = "authorizations/renewal_order.html"


@dataclass(frozen=True)
class _Term:
    """The term an order renews: its dates, the order's date, what it has."""

    dates: RenewalDates
    ordered_on: dt.date
    owned: list[tuple[Product, Owned]]


@door(write=True)
def renewal_order(request: ColleagueRequest, customer: Customer) -> HttpResponse:
    """Record what of the ending term is renewed, and what is had besides from then on."""
    term = _term(request, customer)
    late = blocking_authorizations(customer, today=request.day.today)
    context: dict[str, object] = {
        "customer": customer,
        "back": customer.get_absolute_url(),
        "today": request.day.today,
        "late_reason": reason(late, today=request.day.today) if late else "",
        "dates": term.dates if term else None,
        "opens": when_it_opens(customer, day=request.day),
        "owned": term.owned if term else [],
    }
    if term is None or not term.owned:
        status = WRONG if request.method == "POST" else 200
        return render_page_or_dialog(request, TEMPLATE, context, status=status)
    form = _form(request, customer, term, sent=True)
    if form.shapes:
        return render_page_or_dialog(request, TEMPLATE, {"form": form} | context)

    def act() -> str:
        completes = form.cleaned_data["completes"]
        recorded = record_renewals(
            [Renewal(customer, form.chosen, completes)],
            seen={customer.pk: form.cleaned_data["seen"]},
            number=form.cleaned_data["number"],
            ordered_on=form.cleaned_data["ordered_on"],
            by=request.user,
            day=request.day,
        )
        messages.success(request, _said(recorded, customer, term, completes=completes))
        return customer.get_absolute_url()

    def again() -> RenewalOrderForm:
        now = _Term(
            term.dates, term.ordered_on, owned_products(customer, term.dates.anniversary_on)
        )
        return _form(request, customer, now, sent=False)

    return show_or_act(request, form, act, template=TEMPLATE, context=context, again=again)


def _term(request: ColleagueRequest, customer: Customer) -> _Term | None:
    """Return the term of the date that was typed, else of today; None without a window."""
    today = request.day.today
    typed = (request.POST or request.GET).get("ordered_on", "")
    for date in (_date(typed), today):
        if date is None or date > today:
            continue
        dates = renewed_on(customer, date, day=request.day)
        if dates is not None:
            return _Term(dates, date, owned_products(customer, dates.anniversary_on))
    return None


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _form(
    request: ColleagueRequest, customer: Customer, term: _Term, *, sent: bool
) -> RenewalOrderForm:
    """Return the form as it was sent; or anew, with the number that was typed."""
    form = RenewalOrderForm(
        request.POST if sent and request.method == "POST" else None,
        customer=customer,
        owned=term.owned,
        offer=offer_besides(
            customer, [product.pk for product, _rest in term.owned], today=request.day.today
        ),
        dates=term.dates,
        today=request.day.today,
        ordered_on=term.ordered_on,
    )
    if not sent:
        form.initial["number"] = request.POST.get("number", "")
    return form


def _said(recorded: Recorded, customer: Customer, term: _Term, *, completes: bool) -> str:
    """Return what was recorded and what is left, in a sentence."""
    lines = list(recorded.order.lines.all())
    count = sum(line.quantity for line in lines)
    left = recorded.left[customer.pk]
    done = ngettext(
        "Renewal order %(number)s is recorded for %(name)s: %(count)d license until %(until)s",
        "Renewal order %(number)s is recorded for %(name)s: %(count)d licenses until %(until)s",
        count,
    ) % {
        "number": recorded.order.number,
        "name": customer.name,
        "count": count,
        "until": long_date(lines[0].counts_to),
    }
    if left:
        rest = ngettext(
            "%(left)d is left to renew until %(last)s",
            "%(left)d are left to renew until %(last)s",
            left,
        ) % {"left": left, "last": long_date(term.dates.closes_on)}
    else:
        rest = _("the renewal is complete") if completes else _("everything is renewed")
    return f"{done}; {rest}."

"""Customer details: `/customers/<VIP ID>/`."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from authorizations.details.page import Details
from authorizations.details.timeline import timeline
from customers.as_of import AsOf, day_of
from customers.doors import ColleagueRequest, customer_of, door
from customers.models import Customer
from reseller_console.lib.htmx import render_page_or_part
from reseller_console.lib.lists import read_as_of

TEMPLATE = "authorizations/details.html"
DATED = "authorizations/details_as_of.html"
PARTS = {"history", "orders", "activity"}
DATED_PARTS = {"history", "orders"}


@door()
def details(request: ColleagueRequest, customer: Customer) -> HttpResponse:
    """Show a customer; paging through one of its lists swaps that section alone."""
    if date := read_as_of(request.GET.get("as_of", "")):
        shown = day_of(request, date)
        if shown.date:
            return _as_of(request, customer, shown)
    page = Details(
        customer,
        day=request.day,
        after=request.GET.get("history", ""),
        orders_after=request.GET.get("orders", ""),
    )
    context = {
        "customer": customer,
        "details": page,
        # Called by the section that needs it: a part alone reads nothing of the others.
        "created": lambda: page.just_created(request.GET.get("created", "")),
        "activity": lambda: timeline(customer, after=request.GET.get("activity", "")),
    }
    part = request.headers.get("HX-Target", "")
    if part in PARTS:
        return render_page_or_part(request, TEMPLATE, context, part=part)
    return render(request, TEMPLATE, context)


def _as_of(request: ColleagueRequest, customer: Customer, shown: AsOf) -> HttpResponse:
    """Show a customer on the day of the list it was opened from, with nothing to act with."""
    with shown.read():
        then = customer_of(request, customer.vip_id, day=shown.day)
        page = Details(
            then,
            day=shown.day,
            after=request.GET.get("history", ""),
            orders_after=request.GET.get("orders", ""),
        )
        context = {"customer": then, "details": page, "as_of": shown, "user": shown.user}
        part = request.headers.get("HX-Target", "")
        if part in DATED_PARTS:
            return render_page_or_part(request, DATED, context, part=part)
        return render(request, DATED, context)

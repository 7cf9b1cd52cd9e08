"""Customer details: `/customers/<VIP ID>/`."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from authorizations.details.page import Details
from authorizations.details.timeline import timeline
from customers.doors import ColleagueRequest, door
from customers.models import Customer
from reseller_console.lib.htmx import render_page_or_part

TEMPLATE = "authorizations/details.html"
PARTS = {"history", "orders", "activity"}


@door()
def details(request: ColleagueRequest, customer: Customer) -> HttpResponse:
    """Show a customer; paging through one of its lists swaps that section alone."""
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

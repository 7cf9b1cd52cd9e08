"""Customer details: `/customers/<VIP ID>/`."""

from __future__ import annotations

from django.http import HttpResponse

from authorizations.details import Details
from authorizations.timeline import timeline
from customers.doors import ColleagueRequest, door
from customers.models import Customer
from reseller_console.lib.htmx import render_page_or_part

PARTS = {"history", "activity"}


@door()
def details(request: ColleagueRequest, customer: Customer) -> HttpResponse:
    """Show a customer; paging through history or activity swaps that section alone."""
    page = Details(customer, day=request.day, after=request.GET.get("history", ""))
    part = request.headers.get("HX-Target", "")
    return render_page_or_part(
        request,
        "authorizations/details.html",
        {
            "customer": customer,
            "details": page,
            "created": page.just_created(request.GET.get("created", "")),
            "activity": lambda: timeline(customer, after=request.GET.get("activity", "")),
        },
        part=part if part in PARTS else "history",
    )

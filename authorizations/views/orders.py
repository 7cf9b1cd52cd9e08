"""The history of orders, `/orders/history/`, as a file, too, and an order's page."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from authorizations.doors import own_order_of
from authorizations.orders.history import file_of, screen_of
from authorizations.orders.listing import History
from authorizations.orders.page import OrderPage
from customers.as_of import as_of
from customers.doors import ColleagueRequest, door
from reseller_console.lib.htmx import render_page_or_part, wants_fragment
from reseller_console.lib.lists import Kind, file_response
from reseller_console.lib.way_back import comes_back

TEMPLATE = "authorizations/order_page.html"
PARTS = ("lines", "returns")


@comes_back
@door()
def show(request: ColleagueRequest, order_id: int) -> HttpResponse:
    """Show an order with everything it bought and what came back; a part alone while paging."""
    order = own_order_of(request, order_id)
    places = {part: request.GET.get(part, "") for part in PARTS}
    context = {"order": order, "page": OrderPage(order, day=request.day, **places)}
    part = request.headers.get("HX-Target", "")
    return render_page_or_part(request, TEMPLATE, context, part=part if part in PARTS else "lines")


@comes_back
@door()
def history(request: ColleagueRequest) -> HttpResponse:
    """Show the orders that were recorded; for HTMX only the list, the filters and their counts."""
    with as_of(request, History.from_query(request.GET)) as (listing, shown):
        screen = screen_of(listing, shown.user, shown.day)
        context = {
            "screen": screen,
            "as_of": shown,
            "user": shown.user,
            "fragment": wants_fragment(request),
        }
        return render_page_or_part(request, "authorizations/history.html", context, part="fragment")


@door()
def history_export(request: ColleagueRequest, kind: Kind) -> HttpResponseBase:
    """Send everything on the address's list, for any page."""
    with as_of(request, History.from_query(request.GET).at_start()) as (listing, shown):
        file = file_of(listing, shown.user, shown.day)
    return file_response(request, shown.file(file), kind, back=listing.path())

"""An order's page: `/orders/<id>/`."""

from __future__ import annotations

from django.http import HttpResponse

from authorizations.doors import own_order_of
from authorizations.orders.page import OrderPage
from customers.doors import ColleagueRequest, door
from reseller_console.lib.htmx import render_page_or_part
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

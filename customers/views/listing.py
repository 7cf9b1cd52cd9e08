"""The Customers page: `/customers/`."""

from __future__ import annotations

from django.http import HttpResponse

from customers.as_of import as_of
from customers.customer_list.listing import Listing
from customers.customer_list.screen import screen_of
from customers.doors import ColleagueRequest, door
from reseller_console.lib.htmx import render_page_or_part, wants_fragment
from reseller_console.lib.way_back import comes_back


@comes_back
@door()
def customer_list(request: ColleagueRequest) -> HttpResponse:
    """Show the list the address asks for; for HTMX only the list, the rail and their counts."""
    with as_of(request, Listing.from_query(request.GET)) as (listing, shown):
        screen = screen_of(listing, shown.user, shown.day)
        context = {
            "screen": screen,
            "as_of": shown,
            "user": shown.user,
            "fragment": wants_fragment(request),
        }
        return render_page_or_part(request, "customers/list.html", context, part="fragment")

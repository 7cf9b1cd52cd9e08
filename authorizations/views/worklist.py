"""The worklist: `/orders/`, and the same list as a file."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from authorizations.worklist.export import file_of
from authorizations.worklist.listing import Worklist
from authorizations.worklist.screen import screen_of
from customers.as_of import as_of
from customers.doors import ColleagueRequest, door
from reseller_console.lib.htmx import render_page_or_part, wants_fragment
from reseller_console.lib.lists import Kind, file_response
from reseller_console.lib.way_back import comes_back


@comes_back
@door()
def worklist(request: ColleagueRequest) -> HttpResponse:
    """Show what awaits an order; for HTMX only the list, the filters and their counts."""
    with as_of(request, Worklist.from_query(request.GET)) as (listing, shown):
        screen = screen_of(listing, shown.user, shown.day)
        context = {
            "screen": screen,
            "as_of": shown,
            "user": shown.user,
            "fragment": wants_fragment(request),
        }
        return render_page_or_part(
            request, "authorizations/worklist.html", context, part="fragment"
        )


@door()
def worklist_export(request: ColleagueRequest, kind: Kind) -> HttpResponseBase:
    """Send everything on the address's list, for any page."""
    with as_of(request, Worklist.from_query(request.GET).at_start()) as (listing, shown):
        file = file_of(listing, shown.user, shown.day)
    return file_response(request, shown.file(file), kind, back=listing.path())

"""The list on the screen as a file: `/customers/export.csv` and `….xlsx`."""

from __future__ import annotations

from django.http.response import HttpResponseBase

from customers.as_of import as_of
from customers.customer_list.export import file_of
from customers.customer_list.listing import Listing
from customers.doors import ColleagueRequest, door
from reseller_console.lib.lists import Kind, file_response


@door()
def customer_export(request: ColleagueRequest, kind: Kind) -> HttpResponseBase:
    """Send the customers of the address's filter, switch, search and sort, all of them."""
    with as_of(request, Listing.from_query(request.GET).at_start()) as (listing, shown):
        file = file_of(listing, shown.user, shown.day)
    return file_response(request, shown.file(file), kind, back=listing.path())

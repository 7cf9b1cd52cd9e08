"""The list on the screen as a file: `/customers/export.csv`."""

from __future__ import annotations

from django.http import StreamingHttpResponse

from customers.customer_list.export import file_name, lines
from customers.customer_list.listing import Listing
from customers.doors import ColleagueRequest, door
from reseller_console.lib.lists import csv_response


@door()
def customer_export(request: ColleagueRequest) -> StreamingHttpResponse:
    """Send the customers of the address's filter, switch, search and sort, all of them."""
    listing = Listing.from_query(request.GET).at_start()
    return csv_response(lines(listing, request.user, request.day), file_name(request.day))

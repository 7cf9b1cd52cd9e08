"""The list on the screen as a file: `/customers/export.csv`."""

from __future__ import annotations

from django.http import StreamingHttpResponse

from customers.customer_list.export import file_name, lines
from customers.customer_list.listing import Listing
from customers.doors import ColleagueRequest, door


@door()
def customer_export(request: ColleagueRequest) -> StreamingHttpResponse:
    """Send the customers of the address's filter, switch, search and sort, all of them."""
    listing = Listing.from_query(request.GET).at_start()
    return StreamingHttpResponse(
        lines(listing, request.user, request.day),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{file_name(request.day)}"',
            "Cache-Control": "no-store",
        },
    )

"""How the Customers page is asked for and read."""

from __future__ import annotations

import datetime as dt

from customers.customer_list.pages import page_of
from customers.tally import rail_counts

D = dt.timedelta


def show(client, query="", **headers):
    response = client.get(f"/customers/{query}", **headers)
    assert response.status_code == 200
    return response.content.decode()


def page(listing, user):
    day = user.reseller.day()
    manager = user.pk if listing.mine else None
    counts = rail_counts(user.reseller_id, day, manager_id=manager)
    return page_of(listing, user, day, in_filter=counts[listing.show.slug])

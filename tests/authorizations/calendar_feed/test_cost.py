"""What reading a calendar feed costs: the same few statements for 5 customers and for 500."""

from __future__ import annotations

import copy
import datetime as dt

import pytest
from django.test import Client

from authorizations.models import AuthorizationLine, PurchaseAuthorization
from tests.authorizations.calendar_feed.reading import events_in, path_of
from tests.counting import counted

pytestmark = pytest.mark.django_db

AD = dt.date(2026, 4, 15)
# The feed and its owner; that it is read; the terms of the program; purchases; customers; what is
# left to renew, and of which products.
STATEMENTS = 7


@pytest.fixture
def more(customer, buy, make_customer, renewable):
    """Return a function that adds so many customers, each with a PA and an anniversary date."""
    pattern = buy()
    renewable(AD)

    def added(first: int, last: int) -> None:
        rows, lines = [], []
        for number in range(first, last):
            row = copy.copy(pattern)
            row.pk, row._state.adding = None, True
            row.customer = make_customer(anniversary_on=AD)
            row.number = f"PA-{number:08}"
            rows.append(row)
            lines.append(
                AuthorizationLine(
                    reseller=row.reseller,
                    authorization=row,
                    product=pattern.lines.get().product,
                    quantity=3,
                )
            )
        PurchaseAuthorization.objects.bulk_create(rows)
        AuthorizationLine.objects.bulk_create(lines)

    return added


def test_a_feed_of_five_customers_or_five_hundred_takes_the_same_few_statements(feed, more):
    more(0, 5)
    with counted(STATEMENTS):
        few = Client().get(path_of(feed))
    more(5, 500)
    with counted(STATEMENTS):
        many = Client().get(path_of(feed))
    # Two events of each PA, the date of each customer; and those of the fixtures.
    assert len(events_in(many.content)) - len(events_in(few.content)) == 3 * 495

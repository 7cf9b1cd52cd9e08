"""A crowd of customers, a few rows a page."""

from __future__ import annotations

import pytest

from customers.customer_list import pages
from tests.customers.listing.reading import D


@pytest.fixture
def few_rows(monkeypatch):
    """Put three customers on a page."""
    monkeypatch.setattr(pages, "ROWS", 3)


@pytest.fixture
def crowd(make_customer, ada, pinned_today):
    """Twenty customers, with ties in every key a list can be sorted by."""
    for number in range(20):
        anniversary = None if number % 4 == 0 else pinned_today + D(7 * (number % 3) + 10)
        make_customer(
            name=f"{'Élan' if number % 5 else 'apple'} {number % 7}",
            contact_email=f"c{number}@customer.example",
            segment=["COM", "EDU", "GOV"][number % 3],
            anniversary_on=anniversary,
            pending_until_on=pinned_today if number % 2 else None,
            **({"managed_by": ada} if number % 3 == 0 else {}),
        )

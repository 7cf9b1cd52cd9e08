"""Where licenses are given."""

from __future__ import annotations

import pytest


@pytest.fixture
def path(customer, photoshop):
    """Return a function that gives an address below the product's page."""
    return lambda rest="", product=photoshop: (
        f"{customer.get_member_url()}products/{product.pk}/{rest}"
    )


@pytest.fixture
def people_path(customer):
    """Return a function that gives an address below the people's page."""
    return lambda rest="": f"{customer.get_member_url()}people/{rest}"

"""A browser that has followed an invitation's link."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from customers.admins.links import path_for


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()


@pytest.fixture
def terms(vip_terms):
    return vip_terms


@pytest.fixture
def browser(client, customer, terms):
    """A browser in which the invitation of `customer` has been opened."""
    client.get(path_for(customer.vip_id, 1))
    return client

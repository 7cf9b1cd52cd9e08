"""Where products are requested."""

from __future__ import annotations

import pytest


@pytest.fixture
def path(customer):
    return f"{customer.get_member_url()}requests/new/"

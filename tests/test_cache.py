"""The cache holds limits on strangers: nobody may push one out by filling it."""

from __future__ import annotations

import pytest
from django.core.cache import cache

pytestmark = pytest.mark.django_db


def test_a_limit_outlasts_hundreds_of_others():
    cache.set("limit", 1, timeout=600)
    for number in range(320):
        cache.set(f"other-{number}", 1, timeout=600)
    assert cache.get("limit") == 1
    assert all(cache.get(f"other-{number}") for number in range(320))

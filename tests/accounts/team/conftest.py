"""Colleagues beside the usual ones."""

from __future__ import annotations

import pytest

from tests import personas


@pytest.fixture
def adam(north):
    """Adam is a reseller admin at North, not the primary one."""
    return personas.make_user("adam@north.example", "Adam Ader", north, "admin")

"""What tests of customers share."""

from __future__ import annotations

import pytest

from tests.personas import day_of


@pytest.fixture
def by_vera(customer, vera, pinned_today):
    """What Vera's verbs take beside their object: who acts, and on which day."""
    return {"by": vera, "day": day_of(customer, pinned_today)}

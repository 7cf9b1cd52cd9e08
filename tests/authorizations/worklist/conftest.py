"""A PA in every state."""

from __future__ import annotations

import pytest

from tests.authorizations.worklist.reading import CREATED


@pytest.fixture
def all_states(make_customer, buy):
    """A customer for each state on both sides of its edges, named after it."""
    return {
        name: buy(on, of=make_customer(name=name), po_number=f"PO-{number}")
        for number, (name, (on, _state)) in enumerate(CREATED.items())
    }

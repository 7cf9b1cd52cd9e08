"""Two numbers drawn alike never cost anybody a page."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from authorizations.actions.create import create_authorization
from authorizations.models import Product
from tests.authorizations.test_status import make_authorization
from tests.personas import day_of


@pytest.fixture
def product(db):
    return Product.objects.create(name="Test product", family="Test", offering="team")


def test_a_taken_number_is_drawn_again(customer, alice, product, pinned_today, monkeypatch):
    make_authorization(customer, pinned_today, number="PA-TAKEN000")
    drawn = iter(["PA-TAKEN000", "PA-TAKEN000", "PA-FRESH000"])
    monkeypatch.setattr(
        "authorizations.actions.create.new_authorization_number", lambda: next(drawn)
    )
    made = create_authorization(
        customer, lines=[(product, 1)], po_number="", by=alice, day=day_of(customer, pinned_today)
    )
    assert made.number == "PA-FRESH000"
    assert made.lines.count() == 1


def test_it_gives_up_when_every_number_is_taken(
    customer, alice, product, pinned_today, monkeypatch
):
    make_authorization(customer, pinned_today, number="PA-TAKEN000")
    monkeypatch.setattr(
        "authorizations.actions.create.new_authorization_number", lambda: "PA-TAKEN000"
    )
    with pytest.raises(IntegrityError):
        create_authorization(
            customer,
            lines=[(product, 1)],
            po_number="",
            by=alice,
            day=day_of(customer, pinned_today),
        )

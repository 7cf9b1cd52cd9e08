"""Products and purchases the pages about purchases are tried with."""

from __future__ import annotations

import pytest

from authorizations.actions.assign import assign
from authorizations.actions.create import create_authorization
from authorizations.models import Product, Unit
from tests.personas import day_of


@pytest.fixture
def photoshop(db):
    """A team product available by PA."""
    return Product.objects.create(name="Test Photoshop", family="Test", offering="team")


@pytest.fixture
def illustrator(db):
    """Another one, sold from two licenses on."""
    return Product.objects.create(
        name="Test Illustrator", family="Test", offering="team", minimum_quantity=2
    )


@pytest.fixture
def sign(db):
    """An enterprise product available by PA."""
    return Product.objects.create(name="Test Server", family="Test", offering="enterprise")


@pytest.fixture
def acrobat(db):
    """A product that is ordered directly."""
    return Product.objects.create(
        name="Test Acrobat", family="Test", offering="enterprise", by_authorization=False
    )


@pytest.fixture
def buy(customer, photoshop, set_today, pinned_today):
    """Return a function that gives a customer a PA created on a date, and comes back to today."""

    def create(on: str = "2026-03-02", *, of=None, quantity: int = 5, product=photoshop, **more):
        buyer = of or customer
        made = create_authorization(
            buyer,
            lines=[(product, quantity)],
            po_number=more.get("po_number", ""),
            by=buyer.managed_by,
            day=day_of(buyer, set_today(on)),
        )
        set_today(pinned_today)
        return made

    return create


@pytest.fixture
def path_to(customer):
    """Return a function that gives an address below the customer's."""
    return lambda rest="": f"{customer.get_absolute_url()}{rest}"


@pytest.fixture
def device(db):
    """A product whose licenses belong to machines."""
    return Product.objects.create(
        name="Test Kiosk", family="Test", offering="team", unit=Unit.DEVICE
    )


@pytest.fixture
def give(vera, customer, photoshop, set_today, pinned_today):
    """Return a function that gives people, named by their first names, a license on a date."""

    def made(*names: str, of=None, product=photoshop, on: str = ""):
        today = set_today(on) if on else pinned_today
        people = [(name, f"{name.lower()}@people.example") for name in names]
        given = assign(
            of or customer, product, people=people, by=vera, day=day_of(of or customer, today)
        )
        set_today(pinned_today)
        return given

    return made

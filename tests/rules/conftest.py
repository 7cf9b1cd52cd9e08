"""Customers that live through their days by the verbs, and pages to look at them."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order
from authorizations.models import Product
from customers.customer_list import rows as list_rows
from tests.personas import day_of
from tests.rules.reading import tree_of

_numbers = itertools.count(1)


@pytest.fixture
def photoshop(db):
    """A team product available by PA."""
    return Product.objects.create(name="Test Photoshop", family="Test", offering="team")


@pytest.fixture
def illustrator(db):
    """Another one."""
    return Product.objects.create(name="Test Illustrator", family="Test", offering="team")


@pytest.fixture
def invite(make_customer, set_today, pinned_today):
    """Return a function that invites a customer on a date."""

    def made(on: str, **facts):
        set_today(on)
        customer = make_customer(**facts)
        set_today(pinned_today)
        return customer

    return made


@pytest.fixture
def buy(photoshop, set_today, pinned_today):
    """Return a function that gives a customer a PA of five licenses on a date."""

    def made(customer, on: str, *, quantity: int = 5, product=None):
        lines = [(product or photoshop, quantity)]
        today = set_today(on)
        authorization = create_authorization(
            customer, lines=lines, po_number="", by=customer.managed_by, day=day_of(customer, today)
        )
        set_today(pinned_today)
        return authorization

    return made


@pytest.fixture
def order(set_today, pinned_today):
    """Return a function that records an order for PAs on a date."""

    def made(*authorizations, on: str):
        today = set_today(on)
        recorded = record_order(
            authorizations,
            number=f"O-{next(_numbers)}",
            ordered_on=today,
            by=authorizations[0].customer.managed_by,
            day=day_of(authorizations, today),
        )
        set_today(pinned_today)
        return recorded

    return made


@pytest.fixture
def see(login, set_today):
    """Return a function that opens an address on a date, as somebody, and returns its tree."""
    browsers = {}

    def opened(path: str, *, by, on: str | dt.date):
        set_today(on)
        # Sessions outlast no half day, whatever day the calendar pretends it is.
        browser = browsers.setdefault(by.pk, login(by))
        response = browser.get(path)
        assert response.status_code == 200, path
        return tree_of(response.content.decode())

    return opened


@pytest.fixture
def nothing_is_kept_from_other_rules():
    """Statements that were compiled with the rules as they are serve nobody meanwhile."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    list_rows._rows_on.cache_clear()


@pytest.fixture
def look(see, alice, ops, customer):
    """Return a function that opens a page of the customer's reseller on a date."""

    def looked(path: str, on: dt.date, by=alice):
        return see(path, by=by, on=on)

    return looked

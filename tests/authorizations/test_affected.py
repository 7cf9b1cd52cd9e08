"""The manager sees, but does not change, whose license does not work."""

from __future__ import annotations

import pytest

from authorizations.actions.order import record_order
from authorizations.licenses import affected
from authorizations.licenses.owned import product_rows
from tests.authorizations.license_pages.hands import words
from tests.counting import counted
from tests.personas import day_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(buy, give, alice, set_today):
    """Three people, one license that works; the calendar stays where two wait."""
    paid = buy("2026-01-02", quantity=1)
    buy("2026-01-20", quantity=4)
    give("Ann", "Ben", "Cleo", on="2026-02-02")
    today = set_today("2026-02-03")
    record_order([paid], number="A1", ordered_on=today, by=alice, day=day_of([paid], today))
    return set_today("2026-03-22")


def test_the_manager_sees_who_is_affected(login, alice, bob, customer, waiting):
    for colleague in (alice, bob):
        shown = words(login(colleague).get(customer.get_absolute_url()))
        assert "Test Photoshop: the licenses of 2 people do not work until" in shown
        assert "Cleo, cleo@people.example Ben, ben@people.example" in shown
        assert "ann@people.example" not in shown


def test_nobody_is_affected_while_all_licenses_work(login, alice, customer, waiting, set_today):
    set_today("2026-03-21")
    assert "do not work" not in words(login(alice).get(customer.get_absolute_url()))


def test_those_beyond_the_first_are_counted(login, alice, customer, waiting, monkeypatch):
    monkeypatch.setattr(affected, "NAMED", 1)
    shown = words(login(alice).get(customer.get_absolute_url()))
    assert "Cleo, cleo@people.example And 1 more." in shown


def test_it_costs_nothing_while_nobody_is_affected(customer, waiting, pinned_today):
    for day, expected in ((pinned_today, 0), (waiting, 1)):
        on = customer.reseller.day(day)
        rows = product_rows(customer, day=on)
        with counted(expected):
            found = affected.affected(customer, rows)
        assert bool(found) == bool(expected)


def test_each_product_names_its_own_people(
    customer, photoshop, illustrator, buy, give, pinned_today, set_today
):
    buy("2026-01-02", quantity=3)
    buy("2026-01-02", quantity=4, product=illustrator)
    give("Ann", "Ben", "Cleo", on="2026-01-03")
    give("Dora", "Ann", product=illustrator, on="2026-01-04")
    day = customer.reseller.day(set_today("2026-03-22"))
    found = affected.affected(customer, product_rows(customer, day=day))
    assert {one.product.name: [row.person.name for row in one.assignments] for one in found} == {
        "Test Photoshop": ["Cleo", "Ben", "Ann"],
        "Test Illustrator": ["Ann", "Dora"],
    }
    assert [one.number for one in found] == [2, 3]

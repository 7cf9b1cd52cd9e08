"""Licenses that are gone are written down, and what must never be stored."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations import invariants
from authorizations.actions.settle import settle
from authorizations.models import Assignment, Person, Product, Unit
from authorizations.night.run import run_night
from tests.authorizations.licenses.hands import holders, on, states, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def lapsed(customer, buy, give):
    """Three people whose PA has lapsed; return the first day without licenses."""
    buy("2026-01-02", quantity=3)
    give("Ann", "Ben", "Cleo", on="2026-01-03")
    return dt.date(2027, 2, 2)


def test_the_night_writes_down_who_has_lost_a_license(customer, north, lapsed):
    run_night(north, today=lapsed - dt.timedelta(days=1))
    assert len(holders(customer)) == 3
    run = run_night(north, today=lapsed)
    assert run.counts["licenses_ended"] == 3 and holders(customer) == []
    assert told(customer)[-1] == (
        "3 licenses of Test Photoshop ended; they are no longer owned: Ann, Ben, Cleo"
    )
    assert run_night(north, today=lapsed).counts["licenses_ended"] == 0


def test_licenses_that_come_later_do_not_revive_those_that_ended(
    customer, photoshop, buy, give, lapsed, set_today
):
    buy(lapsed.isoformat(), quantity=3)
    assert states(customer, photoshop, lapsed) == {}
    give("Dora", on=lapsed.isoformat())
    assert states(customer, photoshop, lapsed) == {"Dora": "works"}


def test_settling_names_three_people_and_counts_all(customer, buy, give, lapsed, set_today):
    buy("2026-01-03", quantity=3)
    give("Dora", "Emil", on="2026-01-04")
    assert settle([customer], day=on(customer, lapsed + dt.timedelta(days=1))) == 5
    assert told(customer)[-1].endswith(": Ann, Ben, Cleo …")


def test_settling_leaves_other_customers_alone(customer, make_customer, photoshop, give, lapsed):
    other = make_customer()
    person = Person(reseller=other.reseller, customer=other, name="Olaf", address="o@o.example")
    person.derive_keys()
    person.save()
    kept = Assignment.objects.create(
        reseller=other.reseller, customer=other, product=photoshop, person=person
    )
    settle([customer], day=on(customer, lapsed))
    kept.refresh_from_db()
    assert kept.ended_at is None


def test_invariants_find_what_is_wrong_with_assignments(buy, give, ada):
    buy()
    (ann,) = give("Ann")
    assert invariants.broken() == []
    Product.objects.filter(pk=ann.product_id).update(unit=Unit.DEVICE)
    assert any("given to people" in line for line in invariants.broken())


def test_invariants_find_licenses_held_beyond_what_is_owned_after_a_night(
    customer, buy, give, ada, north, pinned_today
):
    buy(quantity=1)
    (ann,) = give("Ann")
    run_night(north, today=pinned_today)
    assert invariants.broken() == []
    Assignment.objects.create(
        reseller=customer.reseller,
        customer=customer,
        product=ann.product,
        person=_another(customer),
    )
    assert any("beyond what is owned" in line for line in invariants.broken())


def _another(customer) -> Person:
    person = Person(reseller=customer.reseller, customer=customer, name="B", address="b@b.example")
    person.derive_keys()
    person.save()
    return person

"""The rail's filters against states and licenses themselves: a fact that is wrong is found."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations import invariants
from authorizations.night.run import run_night
from authorizations.rules import agreement
from authorizations.rules.agreement import wrongly_listed
from customers.models import Customer
from tests.each import each
from tests.personas import day_of

pytestmark = pytest.mark.django_db


def wrong_on(year, on: str) -> list[str]:
    """Return the filters that list the customer wrongly on a day."""
    day = day_of(year.customer, year.set_today(on))
    return [slug for _pk, slug in wrongly_listed(year.customer.reseller, day=day)]


@pytest.fixture
def owner(year):
    """The year of a customer with a PA that is ordered, and one that is not."""
    year.order("2025-01-31", year.authorize("2025-01-31", photo=10))
    year.authorize("2025-11-01", photo=2)
    return year


@each(
    "on",
    [
        *("2025-11-02", "2025-11-03", "2025-12-01", "2025-12-02", "2025-12-31", "2026-01-01"),
        *("2026-01-31", "2026-03-02", "2026-03-03", "2027-03-02"),
    ],
)
def test_what_no_one_has_touched_agrees_on_every_day(owner, on):
    assert wrong_on(owner, on) == []


@each(
    ("on", "facts", "slugs"),
    [
        ("2025-11-02", {"pending_until_on": None}, ["pending"]),
        ("2025-12-02", {"pending_until_on": "2025-12-02"}, ["pending"]),
        ("2025-12-02", {"past_due_from_on": "2025-12-03"}, ["past-due"]),
        ("2026-03-03", {"past_due_until_on": "2026-03-03"}, ["past-due"]),
        ("2025-12-02", {"no_products_from_on": "2025-12-02"}, ["no-products"]),
        ("2026-03-03", {"no_products_from_on": None}, ["no-products"]),
        ("2025-12-02", {"products_from_on": "2025-12-03"}, ["no-products"]),
        ("2025-12-02", {"renewal_on": None}, ["upcoming"]),
        ("2026-01-01", {"renewal_on": "2026-02-15"}, ["ready", "upcoming"]),
        ("2026-01-01", {"withdrawn_at": "2026-01-01T00:00Z"}, ["past-due", "ready"]),
    ],
)
def test_a_fact_that_is_wrong_is_found(owner, on, facts, slugs):
    assert wrong_on(owner, on) == []
    Customer.objects.filter(pk=owner.customer.pk).update(**facts)
    assert wrong_on(owner, on) == slugs
    assert any("wrong customers" in line for line in invariants.broken())


def test_nobody_is_left_out_where_there_are_many(owner, make_customer, monkeypatch):
    """The customers are compared slice by slice."""
    monkeypatch.setattr(agreement, "SLICE", 2)
    others = [make_customer() for _ in range(4)]
    Customer.objects.filter(pk=others[-1].pk).update(no_products_from_on=None)
    day = day_of(owner.customer, owner.set_today("2025-11-02"))
    assert wrongly_listed(owner.customer.reseller, day=day) == [(others[-1].pk, "no-products")]


def test_what_a_later_night_has_written_is_no_fault_when_the_calendar_goes_back(owner, north):
    run_night(north, today=owner.set_today("2026-04-01"))
    assert wrong_on(owner, "2026-01-01") == []
    Customer.objects.filter(pk=owner.customer.pk).update(pending_until_on=dt.date(2027, 1, 1))
    assert "pending" in wrong_on(owner, "2026-01-01")

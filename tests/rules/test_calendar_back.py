"""The calendar goes back: what later nights have written is no fault, and is put right."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations import invariants
from authorizations.night.run import run_night
from authorizations.rules import rollup
from customers import tally
from customers.models import Customer
from tests.authorizations.test_status import make_authorization

CREATED = dt.date(2025, 1, 1)  # due 31 January, suspended after 2 March, counts to 2026-01-01
DAYS = ["2025-01-10", "2025-02-05", "2025-03-10", "2026-02-20", "2026-03-02", "2027-06-01"]
BACK = [(late, early) for late in DAYS for early in DAYS if early < late]


@pytest.fixture
def customers(make_customer, set_today):
    """One customer with a PA nobody orders, one with two that end at different times, one more."""
    set_today(CREATED)
    made = [make_customer() for _ in range(3)]
    make_authorization(made[0], CREATED)
    make_authorization(made[1], CREATED, number="PA-00000002", anniversary=dt.date(2025, 2, 15))
    make_authorization(made[1], CREATED + dt.timedelta(days=10), number="PA-00000003")
    return made


def wrong() -> list[str]:
    """Return what the invariants say of stored facts and the tally."""
    return [line for line in invariants.broken() if "wrong" in line]


@pytest.mark.parametrize(("late", "early"), BACK)
def test_a_night_after_the_calendar_went_back_reports_nothing(
    late, early, north, customers, set_today
):
    run_night(north, today=set_today(late))
    today = set_today(early)
    assert wrong() == []
    run = run_night(north, today=today)
    assert run.drift == 0
    assert rollup.stale(north, day=north.day(today)) == []
    assert tally.drift(north.pk, north.day(today)) == 0
    assert run_night(north, today=today).counts["written"] == 0
    assert run_night(north, today=set_today(late)).drift == 0


def test_what_was_wrong_on_the_later_day_too_is_a_fault(north, customers, set_today):
    run_night(north, today=set_today("2025-03-10"))
    customer = customers[2]
    Customer.objects.filter(pk=customer.pk).update(
        past_due_from_on=CREATED, past_due_until_on="2027-01-01"
    )
    today = set_today("2025-02-05")
    assert [line for line in wrong() if str(customer.pk) in line]
    assert run_night(north, today=today).drift == 1


def test_without_asking_about_the_later_day_the_night_would_report_it(
    north, customers, set_today, monkeypatch
):
    """The twin: some of these days really differ."""
    monkeypatch.setattr(rollup, "latest_night", lambda reseller, day: day)
    run_night(north, today=set_today("2026-03-02"))
    assert run_night(north, today=set_today("2025-02-05")).drift > 0

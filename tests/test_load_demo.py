"""Loading the demonstration anew, and on awkward days.

Apart from `tests/demo`, whose tests share one that is loaded while they run.
"""

from __future__ import annotations

import datetime as dt
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from authorizations.invariants import broken
from authorizations.models import PurchaseAuthorization
from authorizations.night.notices import owed
from authorizations.rules import rollup
from customers.models import Customer, StandingTally
from notifications.models import Email
from reseller_console.accounts.models import User
from reseller_console.demo import deleting, loading
from reseller_console.demo.calendar import Calendar
from reseller_console.lib.clock import today_in
from reseller_console.tenancy.models import Program, Reseller
from tests import personas
from tests.demo import truths


@pytest.fixture
def small(monkeypatch):
    """The demonstration without its ordinary customers."""
    plans = {name: loading.Plan(0, plan.home_countries) for name, plan in loading.PLANS.items()}
    monkeypatch.setattr(loading, "PLANS", plans)


@pytest.mark.parametrize("date", ["2026-12-31", "2027-03-01", "2027-03-31", "2028-02-29"])
def test_edges_are_there_whatever_the_day(date, small, db, set_today):
    today = set_today(date)
    loading.load(lambda line: None)
    for reseller in Reseller.objects.all():
        customers = Customer.objects.filter(reseller=reseller)
        for days in (90, 89, 31, 30, 1, 0, -1, -30):
            on = today + dt.timedelta(days=days)
            assert customers.filter(renewal_on=on).exists(), (reseller, days)
        unresolved = PurchaseAuthorization.objects.filter(reseller=reseller).unresolved()
        for fact in ("due_on", "suspends_on", "lapses_on"):
            for days in (0, -1):
                on = today + dt.timedelta(days=days)
                assert unresolved.filter(**{fact: on}).exists(), (reseller, fact, days)
        assert rollup.stale(reseller, day=reseller.day()) == []
        assert not customers.with_unwritten_move(reseller.day()).exists()
        assert owed(reseller, today=today) == []
    assert truths.lies() == {}
    assert broken() == []


@pytest.mark.parametrize("hours", [None, 0.05, 9])
def test_nothing_is_told_of_the_future_on_a_day_that_is_not_over(
    hours, small, db, settings, monkeypatch
):
    """Now, just after North's midnight, when South has the day before, and in the morning."""
    settings.CONSOLE_TODAY = None
    if hours is not None:
        midnight = dt.datetime.combine(today_in("Europe/Tallinn"), dt.time(), dt.UTC)
        at = midnight + dt.timedelta(hours=hours - 2)
        monkeypatch.setattr(timezone, "now", lambda: at)
    loading.load(lambda line: None)
    assert Email.objects.filter(queued_at__gte=timezone.now() - dt.timedelta(days=1)).exists()
    assert truths.lies() == {}


def test_what_happened_today_keeps_its_order_however_early_it_is(monkeypatch):
    at = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: at)
    calendar = Calendar(dt.date(2026, 3, 2), "Europe/Tallinn")
    instants = [calendar.instant(calendar.today, minute) for minute in (0, 5, 510, 1020, 1380)]
    assert instants == sorted(set(instants))
    assert instants[-1] < calendar.moment == at
    yesterday = calendar.instant(dt.date(2026, 3, 1), 17 * 60)
    assert yesterday == dt.datetime(2026, 3, 1, 15, 0, tzinfo=dt.UTC)
    with pytest.raises(ValueError, match="still to come"):
        calendar.instant(dt.date(2026, 3, 3), 0)


@pytest.mark.parametrize("pinned", ["2026-03-01", "2026-03-03"])
def test_on_a_pinned_day_the_moment_of_loading_is_its_end(pinned, monkeypatch):
    at = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: at)
    calendar = Calendar(dt.date.fromisoformat(pinned), "Europe/Tallinn")
    assert calendar.moment == dt.datetime.fromisoformat(f"{pinned}T21:59:59+00:00")


def loaded_once() -> dict[str, list[tuple]]:
    """Load it, and take it back; return every row of every table, in the order of their ids.

    An id is said as a place in its table, so that the rows of another loading are the same. A
    password is stored with salt.
    """
    with transaction.atomic():
        loading.load(lambda line: None)
        tables = list(truths.models())
        places: dict[type[Model], dict[object, int]] = {
            table: {pk: n for n, pk in enumerate(ids_of(table))} for table in tables
        }
        rows = {table.__name__: rows_of(table, places) for table in tables}
        # Summed up by the database, in any order.
        rows[StandingTally.__name__].sort(key=repr)
        transaction.set_rollback(True)
    return rows


def ids_of(table: type[Model]) -> list[object]:
    return list(table._default_manager.order_by("pk").values_list("pk", flat=True))


def rows_of(table: type[Model], places: dict[type[Model], dict[object, int]]) -> list[tuple]:
    fields = [f for f in table._meta.concrete_fields if not f.primary_key and f.name != "password"]
    references = {"reseller_id": Reseller, "manager_id": User}
    known = [places.get(f.related_model or references.get(f.name)) for f in fields]
    return [
        tuple(
            same(value) if place is None else place.get(value)
            for value, place in zip(row, known, strict=True)
        )
        for row in table._default_manager.order_by("pk").values_list(*(f.attname for f in fields))
    ]


def same(value: object) -> object:
    """Return a value without the id that the key of a welcome ends in."""
    return re.sub(r"(admin_welcome):\d+", r"\1", value) if isinstance(value, str) else value


def test_loading_is_repeatable_exactly(monkeypatch, db, set_today):
    """Same day, same rows, whatever the clock and the ids: all of them, in every column."""
    plans = {name: loading.Plan(300, plan.home_countries) for name, plan in loading.PLANS.items()}
    monkeypatch.setattr(loading, "PLANS", plans)
    set_today("2026-03-02")
    first, second = loaded_once(), loaded_once()
    assert [name for name in first if first[name] != second[name]] == []
    assert len(first["Customer"]) == 600
    assert len(first["Assignment"]) > 1_000


@pytest.mark.django_db(transaction=True)
def test_deleting_it_takes_both_resellers_and_nobody_else(small):
    loading.load(lambda line: None)
    others = personas.make_program("VIP")
    west = personas.make_reseller("West", program=others)
    personas.make_customer(managed_by=personas.make_user("w@west.example", "W", west, "manager"))
    deleting.delete(lambda line: None)
    assert [reseller.name for reseller in Reseller.objects.all()] == ["West"]
    assert [user.email for user in User.objects.all()] == ["w@west.example"]
    assert Program.objects.get() == others
    assert Customer.objects.count() == 1
    assert set(StandingTally.objects.values_list("reseller_id", flat=True)) == {west.pk}


@pytest.mark.django_db(transaction=True)
def test_fresh_makes_it_anew(small):
    loading.load(lambda line: None)
    before = Customer.objects.count()
    PurchaseAuthorization.objects.update(po_number="changed since")
    call_command("load_demo", "--fresh", stdout=StringIO())
    assert Customer.objects.count() == before
    assert not PurchaseAuthorization.objects.filter(po_number="changed since").exists()

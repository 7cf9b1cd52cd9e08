"""What a night reports, and where it is seen."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import OperationalError, connection
from django.utils.formats import localize

from authorizations.models import NightlyRun
from authorizations.night import run as night
from authorizations.night.run import run_night
from authorizations.rules import rollup
from customers.models import Customer


def test_a_night_counts_the_invitations_that_expired(make_customer, north, set_today):
    for _ in range(2):
        make_customer()
    counts = {}
    for day in ("2026-04-01", "2026-04-02", "2026-04-03"):
        run = run_night(north, today=set_today(day))
        counts[day] = run.counts["invitations_expired"]
    assert counts == {"2026-04-01": 0, "2026-04-02": 2, "2026-04-03": 0}


@pytest.mark.django_db(transaction=True)
def test_a_night_vacuums_what_it_changed_much(customer, monkeypatch):
    if connection.pg_version < 170000:
        pytest.skip("needs the right MAINTAIN of PostgreSQL 17")
    monkeypatch.setattr(night, "_VACUUM_FROM", 1)
    assert night.vacuum_touched(0) is False
    assert night.vacuum_touched(1) is True


def test_the_admin_shows_what_each_night_did(login, ops, north, make_customer, buy, set_today):
    buy(make_customer(), "2026-03-02")
    run_night(north, today=set_today("2026-04-02"))
    run = NightlyRun.objects.get()
    page = login(ops).get("/admin/authorizations/nightlyrun/").content.decode()
    assert "North" in page
    assert localize(run.for_day) in page
    assert run.seconds is not None
    shown = login(ops).get(f"/admin/authorizations/nightlyrun/{run.pk}/change/").content.decode()
    assert "overdue" in shown
    assert run.for_day == dt.date(2026, 4, 2)


@pytest.mark.parametrize("size", [1, 2, 5, 6, 50_000])
def test_slices_hold_every_customer_of_a_reseller_once(make_customer, north, south, sam, size):
    own = [make_customer().pk for _ in range(3)]
    make_customer(managed_by=sam)
    own += [make_customer().pk for _ in range(2)]
    slices = list(rollup.slices(north, size=size))
    assert [sum(pk in some for some in slices) for pk in own] == [1] * len(own)
    assert len(slices) == -(-len(own) // size)
    assert len(list(rollup.slices(south, size=size))) == 1


def test_a_night_goes_on_in_the_slice_where_it_was_ended(make_customer, north, monkeypatch):
    monkeypatch.setattr(night, "SLICE", 2)
    for _ in range(5):
        make_customer()
    Customer.objects.update(pending_until_on=dt.date(2027, 1, 1))
    written = []

    def refresh(*args, customer_ids, **options):
        if len(written) == 2:
            raise OperationalError("canceling statement due to statement timeout")
        written.append(customer_ids)
        return done(*args, customer_ids=customer_ids, **options)

    done = rollup.refresh
    monkeypatch.setattr(rollup, "refresh", refresh)
    with pytest.raises(OperationalError):
        run_night(north)
    monkeypatch.undo()
    assert [len(ids) for ids in written] == [2, 2], "each slice is written before the next is read"
    again = run_night(north)
    assert (again.counts["written"], again.drift) == (1, 1)
    assert not Customer.objects.filter(pending_until_on__isnull=False).exists()

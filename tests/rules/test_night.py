"""What a night reports, and where it is seen."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.utils.formats import localize

from authorizations.models import NightlyRun
from authorizations.night import run as night
from authorizations.night.run import run_night


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

"""The dates of a PA are one text: in Python for one, in SQL for many, in the database's guard."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import connection

from authorizations.program_terms.blocks import DATES, judged, parameters
from authorizations.rules.dates import born_with, dates_under
from reseller_console.tenancy.models import ProgramTerms
from tests.each import each

# Due, suspended and closing days; created on and the AD; due, suspends, usable until, lapses.
TABLE = [
    ((30, 60, 30), "2026-03-02", "2027-03-02", "2026-04-01 2026-05-01 2027-04-01 2027-04-02"),
    ((14, 44, 30), "2026-03-02", "2027-03-02", "2026-03-16 2026-04-15 2027-04-01 2027-04-02"),
    # Ten days before the AD: it lapses when its suspension could begin.
    ((30, 60, 30), "2026-01-10", "2026-01-20", "2026-02-09 2026-03-11 2026-02-19 2026-03-12"),
    ((14, 44, 30), "2026-01-10", "2026-01-20", "2026-01-24 2026-02-23 2026-02-19 2026-02-24"),
    # Both on one day, and the end of February of a leap year.
    ((30, 60, 30), "2026-01-10", "2026-02-09", "2026-02-09 2026-03-11 2026-03-11 2026-03-12"),
    ((1, 2, 0), "2028-02-28", "2029-02-28", "2028-02-29 2028-03-01 2029-02-28 2029-03-01"),
]


def terms_of(due: int, suspended: int, closes: int) -> ProgramTerms:
    return ProgramTerms(
        order_due_days=due, suspended_after_days=suspended, renewal_closes_days=closes
    )


def date(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@each(("counts", "created", "anniversary", "expected"), TABLE)
def test_python_and_sql_date_a_pa_alike(db, counts, created, anniversary, expected):
    terms, wanted = terms_of(*counts), [date(text) for text in expected.split()]
    ad = date(anniversary)
    born = born_with(date(created), terms=terms, anniversary=ad, day=ad.day)
    assert [getattr(born, name) for name in DATES] == wanted
    edges = dates_under(terms)
    columns = ", ".join(f"{edges[name]:pa}" for name in DATES)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM (SELECT %s::date AS created_on, %s::date AS counts_to) pa",
            [created, anniversary],
        )
        assert list(cursor.fetchone()) == wanted
    row = SimpleNamespace(created_on=date(created), counts_to=ad)
    assert [edges[name].of(row) for name in DATES] == wanted


@pytest.mark.parametrize("age", [0, 15, 45])
def test_a_pa_judged_by_its_own_terms_has_the_dates_it_was_born_with(north, aged, age):
    (terms,) = north.program.terms.all()
    day = north.day()
    with connection.cursor() as cursor:
        names = ", ".join(f"old_{name} = {name}" for name in DATES)
        cursor.execute(
            f"WITH {judged(terms)} SELECT {names}, state_now = state_then FROM judged"
            " WHERE number = %(number)s",
            {**parameters([(day.today, [north])]), "number": aged[age].number},
        )
        assert cursor.fetchall() == [(True,) * 5]

"""Months, anniversary dates and durations, at the edges the rules name."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from customers.anniversary import ShownAnniversary, write_moves
from customers.models import Customer
from reseller_console.lib.calendar import (
    add_months,
    custom_anniversary_bounds,
    first_anniversary_after,
    months_to_order,
    next_anniversary,
)
from tests.each import each


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@each(
    ("anniversary", "created", "day", "months"),
    [
        ("2025-01-15", "2024-03-15", 15, 10),
        ("2025-01-15", "2024-03-20", 15, 9),
        ("2025-01-15", "2024-12-20", 15, 1),
        ("2025-01-15", "2025-01-14", 15, 1),
        ("2026-01-15", "2025-01-15", 15, 12),
        ("2026-01-15", "2025-02-10", 15, 11),
        ("2027-03-31", "2025-10-10", 31, 17),
        ("2026-01-31", "2025-02-28", 31, 11),
        ("2026-02-28", "2025-03-01", 29, 11),
        ("2025-02-28", "2024-02-29", 29, 12),
    ],
)
def test_the_duration_to_order_is_counted_from_the_next_monthly_proration_date(
    anniversary, created, day, months
):
    assert months_to_order(d(created), counts_to=d(anniversary), day=day) == months


@pytest.mark.parametrize("created", ["2024-02-29", "2025-01-31", "2025-06-30", "2026-12-31"])
def test_the_purchase_that_sets_the_anniversary_date_is_for_twelve_months(created):
    date = d(created)
    assert months_to_order(date, counts_to=add_months(date, 12), day=date.day) == 12


def test_day_29_comes_back_in_the_next_leap_year():
    dates, date = [], d("2024-02-29")
    for _ in range(4):
        date = next_anniversary(date, day=29)
        dates.append(date.isoformat())
    assert dates == ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2025-01-14", "2025-01-15"),
        ("2025-01-15", "2026-01-15"),
        ("2025-01-16", "2026-01-15"),
        ("2027-05-01", "2028-01-15"),
    ],
)
def test_a_purchase_on_the_anniversary_date_belongs_to_the_next_term(date, expected):
    found = first_anniversary_after(d(date), anniversary=d("2025-01-15"), day=15)
    assert found == d(expected)


@pytest.mark.parametrize(
    ("invited", "longest", "first", "last"),
    [
        ("2024-02-29", 36, "2025-03-01", "2027-02-28"),
        ("2024-02-29", 48, "2025-03-01", "2028-02-29"),
        ("2025-01-31", 36, "2026-02-01", "2028-01-31"),
    ],
)
def test_custom_anniversary_bounds_are_clamped_before_the_day_is_added(
    invited, longest, first, last
):
    bounds = custom_anniversary_bounds(d(invited), longest_months=longest)
    assert bounds == (d(first), d(last))


def shown(first, day, today, renewed=None, renewed_from=None, closes=30):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT console_anniversary(%s, %s, %s, %s, %s, %s)",
            [d(first), day, renewed, renewed_from, d(today), closes],
        )
        return cursor.fetchone()[0].isoformat()


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2025-02-14", "2025-01-15"),
        ("2025-02-15", "2026-01-15"),
        ("2026-02-14", "2026-01-15"),
        ("2026-02-15", "2027-01-15"),
        ("2030-01-01", "2030-01-15"),
    ],
)
def test_the_shown_anniversary_date_moves_by_itself_however_many_nights_were_missed(
    db, today, expected
):
    assert shown("2025-01-15", 15, today) == expected


@each(
    ("renewed_from", "today", "expected"),
    [
        ("2025-01-15", "2025-01-14", "2025-01-15"),
        ("2025-01-15", "2025-01-15", "2026-01-15"),
        ("2025-01-20", "2025-01-19", "2025-01-15"),
        ("2025-01-20", "2025-01-20", "2026-01-15"),
        # The next term is not renewed by it.
        ("2025-01-15", "2026-02-14", "2026-01-15"),
        ("2025-01-15", "2026-02-15", "2027-01-15"),
    ],
)
def test_a_renewed_term_moves_the_date_on_the_day_it_is_settled(db, renewed_from, today, expected):
    assert shown("2025-01-15", 15, today, "2025-01-15", renewed_from) == expected


def test_the_window_of_the_terms_in_force_decides(db):
    """Program terms that change move the date from their first day on, and nothing is written."""
    assert shown("2025-01-15", 15, "2025-02-01", closes=30) == "2025-01-15"
    assert shown("2025-01-15", 15, "2025-02-01", closes=14) == "2026-01-15"


@each("written_on", ["2025-03-03", "2026-03-02", "2026-03-03", "2029-12-31"])
def test_a_date_that_is_written_down_moves_on_as_one_that_is_not(make_customer, north, written_on):
    customer = make_customer(anniversary_day=31, anniversary_on=d("2025-01-31"))
    row = Customer.objects.filter(pk=customer.pk)
    around = (-1, 0, 1, 30, 31, 32)
    days = [dt.date(year, 1, 31) + dt.timedelta(n) for year in range(2026, 2034) for n in around]
    later = [day for day in days if day >= d(written_on)]
    unwritten = [row.values_list(ShownAnniversary(day), flat=True).get() for day in later]
    assert write_moves(row, day=north.day(d(written_on))) == 1
    assert write_moves(row, day=north.day(d(written_on))) == 0
    written = [row.values_list(ShownAnniversary(day), flat=True).get() for day in later]
    assert written == unwritten
    assert len(set(written)) > 3


@each("day", [1, 15, 28, 29, 30, 31])
@each("month", [1, 2, 4, 12])
def test_the_database_and_python_move_anniversary_dates_alike(db, day, month):
    date = add_months(dt.date(2024, month, 1), 0, day=day)
    for _ in range(5):
        following = next_anniversary(date, day=day)
        assert shown(date.isoformat(), day, date.isoformat(), closes=-1) == following.isoformat()
        date = following

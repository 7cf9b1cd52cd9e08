"""Cells mean the same in every table: dates, errors of spreadsheets, guarded texts."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError

from reseller_console.lib.lists.export import ListFile, csv_pieces
from reseller_console.lib.tables.cells import (
    is_no_value,
    is_spreadsheet_error,
    read_date,
    unguarded,
)
from tests.each import each

APRIL = dt.date(2026, 4, 3)


@each(
    "text",
    [
        "2026-04-03",
        " 2026-4-3 ",
        "2026/04/03",
        "2026.04.03",
        "2026.04.03.",
        "20260403",
        "2026-04-03 00:00",
        "2026-04-03 00:00:00",
        "2026-04-03T00:00:00",
        "2026-04-03T00:00:00Z",
        "2026-04-03 00:00:00.000",
        "２０２６-０４-０３",
        "3 April 2026",
        "3. April 2026",
        "3. aprill 2026",
        "03-Apr-2026",
        "April 3, 2026",
        "Apr 3rd, 2026",
    ],
)
def test_dates_that_mean_one_day_are_taken(text):
    assert read_date(text) == APRIL


@each(
    ("text", "expected"),
    [
        ("31.12.2026", dt.date(2026, 12, 31)),
        ("12/31/2026", dt.date(2026, 12, 31)),
        ("03.03.2026", dt.date(2026, 3, 3)),
        ("3. März 2026", dt.date(2026, 3, 3)),
        ("3. märts 2026", dt.date(2026, 3, 3)),
        ("", None),
        ("  ", None),
    ],
)
def test_dates_with_one_reading(text, expected):
    assert read_date(text) == expected


@each("text", ["03/04/2026", "03.04.2026", "4-3-2026", "03/04/2026 00:00"])
def test_dates_with_two_readings_are_refused_with_both(text):
    with pytest.raises(ValidationError, match="as 2026-03-04 or 2026-04-03"):
        read_date(text)


@each(
    "text",
    ["46115", "2026-02-30", "2026-13-01", "26-04-03", "3.4.26", "April 2026", "soon", "0",
     "2026-04-03 14:30", "31.02.2026", "2026/04-03", "3 Ju 2026", "2026", "9" * 9],
)  # fmt: skip
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValidationError, match="Write it as 2027-06-30"):
        read_date(text)


@each(
    "text",
    ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#n/a", "#NV", "#BEZUG!", "#ССЫЛКА!",
     "#¡VALOR!", "Err:502", "########", " #N/A "],
)  # fmt: skip
def test_errors_of_spreadsheets_are_known(text):
    assert is_spreadsheet_error(text) and is_no_value(text)


@each("text", ["#1 Consulting", "#WOW!", "Errol", "#", "##", "Err:5", "E", "", "NV", "F. Null"])
def test_names_are_no_errors(text):
    assert not is_spreadsheet_error(text) and not is_no_value(text)


@each("text", ["n/a", "N/A", "n.a.", " N/A "])
def test_ways_to_write_that_nothing_is_there(text):
    assert is_no_value(text) and not is_spreadsheet_error(text)


@each(
    "text",
    ["=1+1", "@home Team", "-info@people.example", "+372 5", "|a|b", "%x", "'=1", "''=1", "'@a|b",
     "=a|b", "=a\\|b", "'n Sync", "'", "", "a'=b", "Ann", "-5", "'-5", "\\|", "'|x", "'\\\\|x",
     "O'Brien"],
)  # fmt: skip
def test_what_an_export_writes_is_read_as_it_was(text):
    _heads, written = csv_pieces(ListFile("people", ["Name"], [[[text]]]))
    (read,) = next(csv.reader(io.StringIO(written)), [""])
    assert unguarded(read) == text

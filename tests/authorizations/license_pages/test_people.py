"""The member's page of people, and the file of who has what."""

from __future__ import annotations

import csv
import io

import pytest

from authorizations.actions.assign import assign, take_back
from tests.authorizations.license_pages.hands import TODAY, words
from tests.personas import day_of

pytestmark = pytest.mark.django_db


def test_the_people_page_says_who_has_what(
    login, vera, buy, give, illustrator, device, people_path
):
    buy(quantity=3)
    buy(product=illustrator)
    buy(product=device)
    give("Ann", "Ben")
    give("Ann", product=illustrator)
    shown = words(login(vera).get(people_path()))
    assert "Test Photoshop 3 2 1 0" in shown and "Not given to people by name 5 – – 0" in shown
    assert "Ann ann@people.example Test Illustrator since" in shown
    assert shown.index("Ann ann@") < shown.index("Ben ben@")
    found = words(login(vera).get(people_path(), {"q": "ben"}))
    assert "ben@people.example" in found and "ann@people.example" not in found


def test_the_people_page_remembers_who_had_what(login, vera, buy, give, people_path):
    buy()
    ann, _ben = give("Ann", "Ben")
    take_back([ann], by=vera, day=day_of([ann], TODAY))
    shown = words(login(vera).get(people_path(), {"show": "ended"}))
    assert "ann@people.example" in shown and "ben@people.example" not in shown
    assert "Taken back, Vera Vaher" in shown


def test_the_file_has_a_line_for_each_license_and_no_formulas(
    login, vera, customer, photoshop, buy, give, people_path
):
    buy()
    give("Ann")
    people = [("=1+1", "x@people.example")]
    assign(customer, photoshop, people=people, by=vera, day=day_of(customer, TODAY))
    response = login(vera).get(people_path("export.csv"))
    text = b"".join(response).decode()
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert text.startswith("\ufeff") and rows[0][:4] == ["Name", "Email", "Product", "License"]
    assert rows[1][0] == "'=1+1"
    assert rows[2][:4] == ["Ann", "ann@people.example", "Test Photoshop", "Works"]
    assert "licenses-2026-03-02.csv" in response["Content-Disposition"]

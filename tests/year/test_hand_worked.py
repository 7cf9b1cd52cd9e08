"""Dates worked out by hand from the rules, against the naive model of a customer's years."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from tests.year import worked
from tests.year.naive import Invited, Refused, View, Year

ENTRIES = worked.entries()
HERE = Path(__file__).parent
# What the model is made of, and what makes up years for it: independent of the product.
MODEL = (
    "events",
    "facts",
    "days",
    "records",
    "refusals",
    "naive",
    "worked",
    "edges",
    "random_years",
)
# What plays the same years with the product and reads from it.
PRODUCT = ("conftest", "product", "reading")


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_each_day_is_as_worked_out_by_hand(entry: worked.Entry) -> None:
    try:
        year = Year.play(entry.events, entry.terms, entry.consumables)
    except Refused as refused:
        pytest.fail(f"{entry.id}: an event is refused: {refused.code}")
    wrong = []
    for day, expected in entry.checks:
        view = year.view(day)
        for name, value in expected.items():
            if (found := getattr(view, name)) != value:
                wrong.append(f"{day} {name}: by hand {value}, by the model {found}")
    for event, code in entry.asked:
        if (found := year.refusal(event)) != code:
            wrong.append(f"{event}: by hand {code}, by the model {found}")
    assert not wrong, f"{entry.shows}\n" + "\n".join(wrong)


def test_every_entry_says_what_it_shows_and_expects_it_more_than_once() -> None:
    names = {field.name for field in fields(View)}
    for entry in ENTRIES:
        assert re.search(r"\d", entry.shows), entry.id
        assert re.match(r"rules \d", entry.rule), entry.id
        assert isinstance(entry.events[0], Invited), entry.id
        assert len(entry.checks) + len(entry.asked) > 1, f"{entry.id}: one side of an edge alone"
        for day, expected in entry.checks:
            assert expected, f"{entry.id}: nothing is expected on {day}"
            assert set(expected) <= names, f"{entry.id}: {set(expected) - names}"


def test_the_file_covers_what_it_promises() -> None:
    ids = Counter(entry.id for entry in ENTRIES)
    assert len(ids) == len(ENTRIES) >= 90, ids.most_common(1)
    # Clocks on both ends of the world, and some that change.
    zones = {entry.time_zone for entry in ENTRIES}
    assert {"Pacific/Tongatapu", "Pacific/Honolulu", "America/New_York", "Europe/Berlin"} <= zones
    codes = {code for entry in ENTRIES for _, code in entry.asked}
    assert codes >= {
        None,
        "past_due",
        "withdrawn",
        "not_pending",
        "ordered_already",
        "order_date",
        "renewal_window",
        "nothing_to_renew",
        "return_window",
        "returned_more",
        "has_products",
    }


@pytest.mark.parametrize("module", MODEL)
def test_the_model_imports_nothing_but_itself_and_the_standard_library(module: str) -> None:
    tree = ast.parse((HERE / f"{module}.py").read_text(encoding="utf-8"))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}: a relative import"
            imported.add(node.module or "")
    assert imported, module
    foreign = {
        name
        for name in imported
        if not re.fullmatch(r"tests\.year(\.\w+)?", name)
        and name.split(".")[0] not in sys.stdlib_module_names - {"importlib"}
    }
    assert not foreign, f"{module} imports {foreign}"


def test_every_module_of_the_folder_is_checked_for_what_it_imports() -> None:
    modules = {path.stem for path in HERE.glob("*.py") if not path.stem.startswith("test_")}
    assert modules - {"__init__"} == {*MODEL, *PRODUCT}

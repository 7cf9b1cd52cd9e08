"""Lists have one home, and what they have in common stands nowhere else."""

from __future__ import annotations

import ast
import re

import pytest

from reseller_console.lib import lists
from tests.test_architecture import ROOT, offenders, sources

HOME = "reseller_console/lib/lists"
# What cuts a list off at a place; everybody else has `Paging`.
INNER = {"Cursor", "Beyond", "ordering"}


def inner_parts_used(source: str) -> set[str]:
    """Return which parts of the lists' home a module takes that are for the home alone."""
    used, modules = set(), set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("lists.keyset"):
            used |= {alias.name for alias in node.names} & (INNER | {"*"})
        elif isinstance(node, ast.Import | ast.ImportFrom):
            modules |= {alias.asname or alias.name for alias in node.names}
    keyset = {name for name in modules if name.rpartition(".")[2] == "keyset"}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in keyset:
            used |= {node.attr} & INNER
    return used


def elsewhere():
    home = ROOT / HOME
    return [path for path in sources() if home not in path.parents]


def test_nobody_else_cuts_a_list_off_at_a_place():
    found = {path.as_posix(): inner_parts_used(path.read_text()) for path in elsewhere()}
    assert {name: parts for name, parts in found.items() if parts} == {}


@pytest.mark.parametrize(
    ("source", "used"),
    [
        ("from reseller_console.lib.lists.keyset import Cursor, Key", {"Cursor"}),
        ("from reseller_console.lib.lists.keyset import Beyond as Past", {"Beyond"}),
        ("from reseller_console.lib.lists import keyset\nkeyset.ordering([])", {"ordering"}),
        ("import reseller_console.lib.lists.keyset as keyset\nkeyset.Cursor()", {"Cursor"}),
        (
            "import reseller_console.lib.lists.keyset\nreseller_console.lib.lists.keyset.Beyond()",
            {"Beyond"},
        ),
        ("from reseller_console.lib.lists.keyset import *", {"*"}),
        ("from reseller_console.lib.lists.keyset import Key\nordering = Cursor = 1", set()),
    ],
)
def test_whoever_cuts_a_list_off_is_found(source, used):
    """The twin: without this, silence would mean nothing."""
    assert inner_parts_used(source) == used


def test_the_face_of_the_lists_hands_out_nothing_that_cuts_one_off():
    assert set(lists.__all__) & INNER == set()
    assert set(lists.__all__) <= set(dir(lists))


PACKED = r"\bb(?:64|32|16|85)(?:en|de)code\b|urlsafe_b64"


def test_there_is_one_form_of_a_place_in_an_address():
    # The other file makes the secrets of links.
    assert offenders(PACKED, elsewhere(), allowed=("reseller_console/lib/tokens.py",)) == []


def test_a_form_of_ones_own_is_found():
    """The twin of the test above."""
    assert re.search(PACKED, "    text = base64.urlsafe_b64encode(f'{at}|{pk}'.encode())")
    assert offenders(PACKED, [ROOT / HOME / "keyset.py"])

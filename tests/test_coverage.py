"""`docs/coverage.md` names a proof for every requirement, and every proof it names exists."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
DOCUMENT = PROJECT / "docs" / "coverage.md"
PARTS = {"Part D"}
SENTENCES = 87
_ROW = re.compile(r"^\| *([SRAB]\d+(?:\.\d+)?) *\|(.*)\|(.*)\|$")
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_PART = re.compile(r"Part [A-Z]")


def rows() -> list[tuple[str, str, str]]:
    """Return id, what must hold, and its proofs, for every row of the tables."""
    found = [_ROW.match(line) for line in DOCUMENT.read_text().splitlines()]
    return [tuple(cell.strip() for cell in row.groups()) for row in found if row]


@cache
def functions_of(path: str) -> set[str]:
    """Return the test functions of a file; none where it does not exist."""
    file = PROJECT / path
    if not file.is_file():
        return set()
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.parse(file.read_text()).body if isinstance(node, functions)}


def test_every_line_of_the_tables_is_understood():
    lines = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("|")]
    heads = [line for line in lines if re.match(r"^\|( id |[ -]+\|[ -]+\|)", line)]
    assert len(lines) == len(heads) + len(rows())


def test_no_requirement_stands_there_twice():
    ids, texts = Counter(row[0] for row in rows()), Counter(row[1] for row in rows())
    assert [name for name, number in (ids + texts).items() if number > 1] == []


def test_the_sentences_of_the_description_are_all_there_in_their_order():
    numbers = [int(row[0][1:]) for row in rows() if row[0].startswith("S")]
    assert numbers == list(range(1, SENTENCES + 1))


@pytest.mark.parametrize("part", ["R", "A", "B"])
def test_the_rules_are_numbered_without_a_gap_in_each_section(part):
    numbers = [tuple(map(int, row[0][1:].split("."))) for row in rows() if row[0][0] == part]
    assert numbers == sorted(numbers)
    for section in {number[0] for number in numbers}:
        within = [number[1] for number in numbers if number[0] == section]
        assert within == list(range(1, len(within) + 1))


def test_every_requirement_has_a_proof_or_the_part_that_brings_it():
    bare = [
        name for name, _, proof in rows() if not _TEST.search(proof) and not _PART.search(proof)
    ]
    assert bare == []
    assert {part for *_, proof in rows() for part in _PART.findall(proof)} <= PARTS


def test_every_test_that_is_named_exists():
    named = {match for *_, proof in rows() for match in _TEST.findall(proof)}
    missing = [f"{path}::{test}" for path, test in sorted(named) if test not in functions_of(path)]
    assert missing == []
    assert all(test.startswith("test_") for _, test in named)


def test_a_proof_is_nothing_but_tests_and_parts():
    for name, _, proof in rows():
        rest = _PART.sub("", _TEST.sub("", proof)).replace("<br>", "")
        assert re.fullmatch(r"[ ,:]*", rest), (name, rest)

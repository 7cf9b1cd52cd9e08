"""What is counted has answered as it should: the helper of every test that counts statements."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.counting import counted

pytestmark = pytest.mark.django_db

TESTS = Path(__file__).parent


def test_a_page_that_answers_is_counted(login, alice):
    with counted() as queries:
        login(alice).get("/help/")
    assert len(queries) > 1


@pytest.mark.parametrize("path", ["/accounts/login/", "/nowhere/", "/"])
def test_a_redirect_and_a_missing_page_are_not(login, alice, path):
    with pytest.raises(AssertionError, match="answered with"), counted():
        login(alice).get(path)


def test_each_of_several_answers_has_its_own_status(login, alice):
    client = login(alice)
    with counted(status=[404, 200]):
        client.get("/nowhere/")
        client.get("/help/")
    said = r"answered with \[200\], not with \[200, 200\]"
    with pytest.raises(AssertionError, match=said), counted(status=[200, 200]):
        client.get("/help/")


def test_another_number_than_expected_shows_the_statements(login, alice):
    with pytest.raises(AssertionError, match=r"(?s)statements, not 0:.*SELECT"), counted(0):
        login(alice).get("/help/")


def test_nobody_counts_without_looking_at_the_answer():
    other_ways = re.compile("CaptureQueries" + "Context|_num_" + "queries|assertNum" + "Queries")
    files = (path for path in TESTS.rglob("*.py") if path != TESTS / "counting.py")
    assert [path.name for path in files if other_ways.search(path.read_text())] == []

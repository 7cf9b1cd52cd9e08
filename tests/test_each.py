"""Cases in one test: each is tried, none hides another, and none leaves anything to the next."""

from __future__ import annotations

import pytest

from customers.models import Customer
from tests.each import each


@each("number", [1, 2, 3])
@each(("letter", "other"), [("a", 0), ("b", 1)])
def some_fail(number, letter, other):
    assert other == 0 or number != 2, "two and b"
    if number == 3:
        pytest.fail("three")


def test_all_that_fail_are_told_and_nothing_else():
    with pytest.raises(AssertionError) as told:
        some_fail()
    said = str(told.value)
    assert said.startswith("2 of 3 cases fail:\n2. 2: AssertionError: 1 of 2 cases fail:\n")
    assert "2. ('b', 1): line 14: AssertionError: two and b" in said
    assert said.count("Failed: three") == 2
    assert "\n1. 1: " not in said


@each("name", ["First", "Second"])
def test_what_a_case_writes_is_gone_before_the_next(name, make_customer):
    make_customer(name=name)
    assert [customer.name for customer in Customer.objects.all()] == [name]


@each("number", [1, 2])
def test_a_test_without_database_needs_none(number):
    assert number


def test_a_skipped_case_is_no_passed_one():
    with pytest.raises(AssertionError, match="1 of 1 cases fail"):
        each("number", [1])(lambda number: pytest.skip("not here"))()


def test_fixtures_that_would_vanish_with_a_case_are_refused():
    def test_of_somebody(request, who):
        pass

    with pytest.raises(TypeError, match="name the fixtures"):
        each("who", ["alice"])(test_of_somebody)
    with pytest.raises(ValueError, match="no case"):
        each("who", [])(lambda who: None)

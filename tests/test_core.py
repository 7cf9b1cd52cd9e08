"""What `--core` leaves out is left out for a reason, and there is a look into a browser in it."""

from __future__ import annotations

import pytest

from tests import core


def test_every_place_that_is_left_out_exists():
    assert [place for place in core.WHOLE_ONLY if not (core.TESTS / place).exists()] == []


def test_a_place_decides_unless_the_test_is_marked(pytester_item):
    assert core.is_core(pytester_item("customers/test_search.py"))
    assert not core.is_core(pytester_item("customers/test_search.py", "whole"))
    assert not core.is_core(pytester_item("browser/test_dialogs.py"))
    assert core.is_core(pytester_item("browser/test_dialogs.py", "core"))
    assert not core.is_core(pytester_item("live/deeper/test_races.py"))


@pytest.fixture
def pytester_item(request):
    """Return a function that makes a test in a file, with a mark."""

    def made(path: str, *marks: str) -> pytest.Item:
        item = pytest.Function.from_parent(
            request.node.parent, name="test_made", callobj=lambda: None
        )
        item.path = core.TESTS / path
        for mark in marks:
            item.add_marker(mark)
        return item

    return made

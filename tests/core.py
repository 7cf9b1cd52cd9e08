"""Which tests are the core: a few minutes' worth, without what is slow for a good reason."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
# By folder or file, with what takes its time. A test in one of them that is marked `core` stays
# in the core; one elsewhere that is marked `whole` does not.
WHOLE_ONLY = {
    "benchmarks": "runs them",
    "browser": "drives a Chromium",
    "demo/test_walk_pages.py": "opens the pages of 2,300 customers",
    "launcher": "starts servers",
    "live": "starts, kills and races processes",
    "machine": "plays thousands of random steps",
    "test_load_demo.py": "loads the demonstration once more for each of its tests",
}


def is_core(item: pytest.Item) -> bool:
    """Whether a test belongs to the core."""
    if item.get_closest_marker("core"):
        return True
    if item.get_closest_marker("whole"):
        return False
    return not any(item.path.is_relative_to(TESTS / place) for place in WHOLE_ONLY)


def mark(items: list[pytest.Item]) -> None:
    """Mark every test as one of the core or one of the whole suite only."""
    for item in items:
        item.add_marker("core" if is_core(item) else "whole")

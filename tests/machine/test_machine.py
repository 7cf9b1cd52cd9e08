"""Managers, members, ops, the calendar and the mail provider at random, and all rules after it.

Every step is checked against books in plain Python (`tests.machine.book`). The same steps are
played each time, 500 of them, which were a thousand; `--hypothesis-seed=7` plays others, `--all`
plays 100,000, from a seed of its own.
"""

from __future__ import annotations

import secrets

import pytest

from tests.machine.play import Console, play

PARTS = 2
STEPS, STEPS_OF_ALL = 500, 100_000
ROUND = {"examples": 3, "steps": 60}


@pytest.fixture(scope="session")
def first_number(request, long_run) -> int:
    """The number that decides what is played."""
    asked = request.config.getoption("--hypothesis-seed")
    if asked not in (None, "random"):
        return int(asked)
    return secrets.randbelow(10**6) if long_run or asked == "random" else 2026


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_happens_the_books_agree(
    part, machine_room, long_run, first_number, record_property
):
    wanted = (STEPS_OF_ALL if long_run else STEPS) // PARTS
    played = 0
    for turn in range(wanted):
        number = first_number * 1_000_000 + part * 100_000 + turn
        played += play(Console, number=number, shrink=True, **ROUND)
        if played >= wanted:
            break
    record_property("random steps", played)
    record_property("seed", first_number)
    assert played >= wanted

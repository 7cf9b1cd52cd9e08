"""Races without their guard, run until they do harm."""

from __future__ import annotations

from collections.abc import Callable

import pytest

ROUNDS = 10


def does_harm(race: Callable[[int], bool], rounds: int = ROUNDS) -> None:
    """Run a race until it says that it did harm; fail if it never does.

    Whether the requests of one round meet is up to the machine: on a busy one they may come
    one after the other, and nothing is proved. `race` is given the number of the round.
    """
    if not any(race(number) for number in range(rounds)):
        pytest.fail("Without the guard nothing went wrong, so the test of it proves nothing.")

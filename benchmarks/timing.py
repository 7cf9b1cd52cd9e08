"""Two things measured side by side: A-B-A-B, medians, and whether the machine was quiet enough."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from statistics import median, quantiles
from time import perf_counter

Side = Callable[[], object]

# One side measured against itself must stay within this: else the machine is too noisy.
QUIET = (0.9, 1.1)
WARM_UP = 5
FEWEST = 6


@dataclass
class Samples:
    """How long one side took, each time, in seconds."""

    seconds: list[float] = field(default_factory=list)

    def take(self, side: Side) -> None:
        """Run the side once and remember how long it took."""
        start = perf_counter()
        side()
        self.seconds.append(perf_counter() - start)

    @property
    def median(self) -> float:
        """The time half of the runs stayed below."""
        return median(self.seconds)

    @property
    def p95(self) -> float:
        """The time 19 of 20 runs stayed below."""
        if len(self.seconds) < 2:
            return self.seconds[0]
        return quantiles(self.seconds, n=20, method="inclusive")[-1]

    @property
    def against_itself(self) -> float:
        """The ratio of every second run to the runs between: 1.0 on a quiet machine."""
        return median(self.seconds[::2]) / median(self.seconds[1::2])

    @property
    def quiet(self) -> bool:
        """Whether this side, measured against itself, comes out as itself."""
        return len(self.seconds) < 4 or QUIET[0] <= self.against_itself <= QUIET[1]


def interleave(
    sides: Sequence[Side],
    *,
    rounds: int,
    between: Side = lambda: None,
    warm_up: int = WARM_UP,
    patience: float = inf,
) -> list[Samples]:
    """Run the sides in turn, `rounds` times each, and return how long each took.

    `between` runs untimed before each side. The sides run a few times before any is timed.
    After `patience` seconds FEWEST rounds are enough.
    """
    for side in sides:
        for _ in range(warm_up):
            between()
            side()
    samples = [Samples() for _ in sides]
    with _without_garbage():
        end = perf_counter() + patience
        for number in range(rounds):
            if number >= FEWEST and perf_counter() > end:
                break
            for taken, side in zip(samples, sides, strict=True):
                between()
                taken.take(side)
    return samples


class _without_garbage:
    """Keep what lives already out of the garbage collector's sight: no side pays for the seed."""

    def __enter__(self) -> None:
        gc.collect()
        gc.freeze()

    def __exit__(self, *_: object) -> None:
        gc.unfreeze()


def milliseconds(seconds: float) -> str:
    """Return a time as people read it."""
    value = seconds * 1_000
    return f"{value:,.0f} ms" if value >= 100 else f"{value:.2f} ms"

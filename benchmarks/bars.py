"""What a bar is, and the list of all bars."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

from benchmarks.timing import Samples, milliseconds

if TYPE_CHECKING:
    from benchmarks.seed import Tenants

# All bars in the order they are measured; the last one moves the calendar on.
NAMES = (
    *("B1", "B2", "B3", "B4", "B6", "B8", "B12", "B13", "B15", "B17", "B20", "B25", "B26"),
    *("B22", "B28", "B30", "B31", "B32", "B7"),
)
ATTEMPTS = 3


@dataclass(frozen=True)
class Run:
    """What every bar is given."""

    tenants: Tenants
    samples: int


@dataclass(frozen=True)
class Line:
    """One ratio, measured: a line of the table."""

    bar: str
    numerator: str
    denominator: str
    ratio: float
    target: float
    quiet: bool = True
    exactly: bool = False
    note: str = ""
    broke: bool = False

    @property
    def met(self) -> bool:
        """Whether the ratio is within its target."""
        return self.ratio == self.target if self.exactly else self.ratio <= self.target

    @property
    def verdict(self) -> str:
        """The outcome in a word or two; noise decides nothing."""
        if self.broke:
            return "NOT MET"
        if not self.quiet:
            return "too noisy"
        return "met" if self.met else "MISSED"

    @property
    def failed(self) -> bool:
        """Whether the run must not pass."""
        return self.verdict != "met"


Measure = Callable[[Run], Iterable[Line]]


@dataclass(frozen=True)
class Bar:
    """A bar by name, what it says, and the function that measures it."""

    name: str
    says: str
    measure: Measure

    def lines(self, run: Run) -> list[Line]:
        """Measure, again when the machine was too noisy, at most `ATTEMPTS` times in all.

        What cannot be measured, because the product fails or is stopped by one of its limits,
        is a line too: the bar is not met.
        """
        try:
            return self._measured(run)
        except Exception as error:
            traceback.print_exc()
            reason = f"{type(error).__name__}: {error}".strip().splitlines()[0]
            return [Line(self.name, self.says, "", nan, nan, note=reason, broke=True)]

    def _measured(self, run: Run) -> list[Line]:
        for _ in range(ATTEMPTS):
            lines = list(self.measure(run))
            if all(line.quiet for line in lines):
                break
        return lines


BARS: dict[str, Bar] = {}


def bar(name: str, says: str) -> Callable[[Measure], Measure]:
    """Enter a function into the list of bars."""

    def enter(measure: Measure) -> Measure:
        BARS[name] = Bar(name, says, measure)
        return measure

    return enter


def ratio_line(
    name: str,
    numerator: tuple[str, Samples],
    denominator: tuple[str, Samples],
    target: float,
    note: str = "",
) -> Line:
    """Return the line of two measured sides."""
    above, below = numerator[1], denominator[1]
    return Line(
        name,
        f"{numerator[0]} {_times(above)}",
        f"{denominator[0]} {_times(below)}",
        above.median / below.median,
        target,
        quiet=above.quiet and below.quiet,
        note=note,
    )


def _times(samples: Samples) -> str:
    return f"{milliseconds(samples.median)} (p95 {milliseconds(samples.p95)})"


def chosen(names: Iterable[str]) -> Iterator[Bar]:
    """Yield the bars of these names in the order of NAMES; all of them for no names."""
    wanted = set(names) or set(NAMES)
    yield from (BARS[name] for name in NAMES if name in wanted)

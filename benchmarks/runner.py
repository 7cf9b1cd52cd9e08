"""Preparing the database and measuring bar by bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from benchmarks import nights, pages, people, reports, searches, writes  # noqa: F401 - they enter bars
from benchmarks.bars import Line, Run, chosen
from benchmarks.report import table
from benchmarks.scratch import migrate
from benchmarks.seed import seed, tenants

Say = Callable[[str], None]


def prepare(customers: int, say: Say) -> None:
    """Make the schema and the tenants."""
    migrate()
    say("schema made")
    seed(customers, say)


def run_bars(names: Sequence[str], *, samples: int, say: Say) -> int:
    """Measure the bars named, all of them for none; print the table; return the exit code."""
    run = Run(tenants(), samples)
    lines: list[Line] = []
    try:
        for entry in chosen(names):
            say(f"{entry.name}: {entry.says}")
            found = entry.lines(run)
            say("; ".join(f"{line.ratio:.3f} {line.verdict}" for line in found))
            lines += found
    finally:
        # Whoever has waited long enough still gets what was measured.
        print(table(lines))
    return int(any(line.failed for line in lines))

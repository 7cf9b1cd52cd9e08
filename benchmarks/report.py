"""The table a run prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.bars import Line

HEAD = ("bar", "numerator", "denominator", "ratio", "target", "verdict")


def table(lines: Sequence[Line]) -> str:
    """Return the lines as a table in plain text, notes below it."""
    rows = [HEAD, *(_cells(line) for line in lines)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    rows.insert(1, tuple("-" * width for width in widths))
    text = [
        "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join(["", *text, *_notes(lines), ""])


def _cells(line: Line) -> tuple[str, ...]:
    if line.broke:
        return (line.bar, line.numerator, line.denominator, "–", "–", line.verdict)
    target = f"= {line.target:g}" if line.exactly else f"≤ {line.target:g}"
    return (line.bar, line.numerator, line.denominator, f"{line.ratio:.3f}", target, line.verdict)


def _notes(lines: Sequence[Line]) -> Iterator[str]:
    yield from (f"{line.bar}: {line.note}" for line in lines if line.note)

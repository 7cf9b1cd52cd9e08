"""The benchmarks run, and their verdicts are what the numbers say."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from benchmarks import nights, pages, people, reports, searches, writes  # noqa: F401 - they enter bars
from benchmarks.bars import BARS, NAMES, Bar, Line, chosen, ratio_line
from benchmarks.report import table
from benchmarks.timing import FEWEST, Samples, interleave

REQUIRED = ("B1", "B2", "B4", "B6", "B8", "B12", "B17")


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"LOG_LEVEL": "ERROR"},
    )


@pytest.mark.long
def test_a_run_seeds_measures_and_prints_a_row_a_ratio():
    run = bench("--customers", "2000", "--samples", "4", "--only", "B17")
    assert run.returncode == 0, run.stdout + run.stderr
    rows = [line for line in run.stdout.splitlines() if line.startswith("B17")]
    assert len(rows) == 2
    assert all("1.000" in row and "= 1" in row and row.endswith("met") for row in rows)


def test_an_unknown_bar_is_refused_before_anything_is_seeded():
    run = bench("--only", "B1,B99")
    assert run.returncode == 2
    assert "B99" in run.stderr


def test_every_bar_is_entered_and_the_required_ones_are_among_them():
    assert set(BARS) == set(NAMES) >= set(REQUIRED)
    assert [entry.name for entry in chosen(["B8", "B1"])] == ["B1", "B8"]
    assert [entry.name for entry in chosen([])] == list(NAMES)


@pytest.mark.parametrize(
    ("ratio", "target", "exactly", "quiet", "verdict"),
    [
        (1.25, 1.25, False, True, "met"),
        (1.26, 1.25, False, True, "MISSED"),
        (1.0, 1.0, True, True, "met"),
        (0.9, 1.0, True, True, "MISSED"),
        (0.5, 1.25, False, False, "too noisy"),
    ],
)
def test_the_verdict_follows_from_ratio_target_and_noise(ratio, target, exactly, quiet, verdict):
    line = Line("B0", "this", "that", ratio, target, quiet=quiet, exactly=exactly)
    assert line.verdict == verdict
    assert line.failed is (verdict != "met")
    assert verdict in table([line])


def test_a_side_that_differs_from_itself_is_noise():
    steady, noisy = Samples([1.0, 1.05] * 4), Samples([1.0, 1.2] * 4)
    assert steady.quiet
    assert not noisy.quiet
    assert ratio_line("B0", ("a", steady), ("b", steady), 1).quiet
    assert not ratio_line("B0", ("a", steady), ("b", noisy), 1).quiet


def test_a_noisy_bar_is_measured_again_and_no_more_than_three_times():
    answers = iter([False, False, False, True])
    bar = Bar("B0", "", lambda run: [Line("B0", "", "", 1, 1, quiet=next(answers))])
    assert not bar.lines(None)[0].quiet
    assert next(answers) is True


def test_a_bar_that_breaks_is_not_met_and_the_others_go_on(capsys):
    def stopped(_run):
        raise TimeoutError("canceling statement due to statement timeout")

    [line] = Bar("B0", "a night", stopped).lines(None)
    assert (line.verdict, line.failed) == ("NOT MET", True)
    text = table([line, Line("B1", "this", "that", 1.0, 1.25)])
    assert "NOT MET" in text and "B0: TimeoutError: canceling statement" in text
    assert "1.000" in text and "nan" not in text
    assert "Traceback" in capsys.readouterr().err


def test_the_sides_take_turns_after_warming_up():
    seen: list[str] = []
    first, second = interleave(
        [lambda: seen.append("a"), lambda: seen.append("b")], rounds=3, warm_up=2
    )
    assert seen == ["a", "a", "b", "b", *"ababab"]
    assert len(first.seconds) == len(second.seconds) == 3


def test_slow_sides_are_measured_less_often_but_often_enough():
    times = interleave([lambda: None], rounds=50, patience=0)
    assert len(times[0].seconds) == FEWEST

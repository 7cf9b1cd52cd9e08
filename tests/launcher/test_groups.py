"""Tests that share what is dear to start are run by one worker, as their groups say."""

import os
import subprocess
import sys

GROUPED = """
import pytest

@pytest.mark.xdist_group("dear")
@pytest.mark.parametrize("number", range(2))
def test_one(number):
    pass
"""


def test_tests_of_a_group_are_known_by_it(tmp_path):
    (tmp_path / "test_grouped.py").write_text(GROUPED)
    variables = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    arguments = [
        "-n",
        "1",
        "--dist",
        "loadgroup",
        "-rA",
        "-p",
        "no:django",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, "test_grouped.py"],
        cwd=tmp_path,
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "test_one[0]@dear" in done.stdout and "test_one[1]@dear" in done.stdout

"""A process that has used the database ends at once, and without a word."""

from __future__ import annotations

import subprocess
import sys

import pytest

from reseller_console.launcher.home import CHECKOUT

pytestmark = pytest.mark.xdist_group("live")


def test_a_command_with_a_pool_does_not_wait_for_its_threads(house):
    """Left to Python, each of four threads is waited for in vain, 5 s long."""
    done = subprocess.run(
        [sys.executable, "manage.py", "demo_accounts"],
        cwd=CHECKOUT,
        env=house.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")

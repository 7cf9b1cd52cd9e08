"""A pytest that somebody started by itself gets the servers of the suite, and leaves none."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reseller_console.launcher.home import CHECKOUT
from reseller_console.launcher.processes import wait_until
from tests import servers

pytestmark = pytest.mark.xdist_group("launcher-servers")

DIES = """
import os, signal
from tests import servers
assert servers.find() and not servers.find()
print(os.environ["CONSOLE_HOME"], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def run_alone(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Python in the checkout that knows nothing of the servers this test runs on."""
    clean = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env=clean,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def test_tests_run_by_themselves() -> None:
    done = run_alone("-m", "pytest", "-p", "no:cacheprovider", "tests/test_text.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


def test_the_servers_end_with_whoever_asked_for_them() -> None:
    done = run_alone("-c", DIES)
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr
    folder = Path(done.stdout.strip()).parent
    assert folder.name.startswith("reseller-console-run-")
    assert wait_until(lambda: not folder.exists(), 60)


def test_what_is_there_already_is_used() -> None:
    assert servers.find() is False


def test_without_servers_the_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setattr(servers, "LAUNCHER", [sys.executable, "-c", "print('no room'); exit(1)"])
    with pytest.raises(SystemExit, match=r"do not start.*`./console test`(?s:.*)no room"):
        servers.find()

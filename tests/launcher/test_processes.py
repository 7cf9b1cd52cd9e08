"""Survivors of a crash are found by who they are, never by a bare pid."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reseller_console.launcher import processes
from reseller_console.launcher.processes import (
    Identity,
    Ledger,
    group_members,
    group_survives,
    identify,
    is_running,
    wait_until,
)

SLEEPS = "import time; time.sleep(60)"
IGNORES = (
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"
)
# Has a child of the same command line, tells that it is there, and waits.
FORKS = "import os, time; os.fork(); print(flush=True); time.sleep(60)"


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that are gone after the test."""
    ours: list[subprocess.Popen[bytes]] = []
    yield ours
    for process in ours:
        for pid in group_members(process.pid):
            os.kill(pid, signal.SIGKILL)
        process.wait()


def start(
    started: list[subprocess.Popen[bytes]], script: str, *, talks: bool = False
) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", script], start_new_session=True, stdout=subprocess.PIPE
    )
    started.append(process)
    assert process.stdout is not None
    if talks:
        process.stdout.readline()
    return process


def test_a_process_is_recognized_until_it_ends(started: list[subprocess.Popen[bytes]]) -> None:
    process = start(started, SLEEPS)
    identity = identify(process.pid)
    assert identity is not None
    assert SLEEPS in identity.command
    assert is_running(identity)
    process.kill()
    # Dead but not yet waited for: a zombie runs no more.
    assert wait_until(lambda: not is_running(identity), 5)


@pytest.mark.parametrize("other", [{"started": "boot/1"}, {"command": "gunicorn"}])
def test_a_reused_pid_is_left_alone(
    started: list[subprocess.Popen[bytes]], tmp_path: Path, other: dict[str, str]
) -> None:
    process = start(started, SLEEPS)
    identity = identify(process.pid)
    assert identity is not None
    ledger = Ledger(tmp_path / "processes.json")
    ledger.record("web", replace(identity, **other))
    assert ledger.stop_survivors() == []
    assert process.poll() is None


def test_a_survivor_is_stopped_with_its_own_signal(
    started: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    process = start(started, SLEEPS)
    identity = identify(process.pid)
    assert identity is not None
    ledger = Ledger(tmp_path / "processes.json")
    ledger.record("postgres", identity, signal.SIGINT)
    assert ledger.stop_survivors() == ["postgres"]
    assert process.wait(5) == -signal.SIGINT or process.returncode == 1
    assert not ledger.path.exists()


def test_one_that_does_not_listen_is_killed(
    started: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    process = start(started, IGNORES, talks=True)
    identity = identify(process.pid)
    assert identity is not None
    ledger = Ledger(tmp_path / "processes.json")
    ledger.record("worker", identity)
    ledger.stop_survivors(seconds=0.2)
    assert process.wait(5) == -signal.SIGKILL


def test_children_whose_leader_was_killed_are_found(
    started: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    leader = start(started, FORKS, talks=True)
    identity = identify(leader.pid)
    assert identity is not None
    ledger = Ledger(tmp_path / "processes.json")
    ledger.record("worker", identity)
    leader.kill()
    leader.wait()
    assert group_survives(identity)
    assert ledger.stop_survivors() == ["worker"]
    assert not group_members(leader.pid)


def test_a_struck_out_process_is_not_touched(
    started: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    process = start(started, SLEEPS)
    identity = identify(process.pid)
    assert identity is not None
    ledger = Ledger(tmp_path / "processes.json")
    ledger.record("web", identity)
    ledger.forget("web")
    assert ledger.stop_survivors() == []
    assert process.poll() is None


def test_a_process_just_started_is_known_by_its_whole_command(monkeypatch) -> None:
    answers = [Identity(7, "now", ""), Identity(7, "now", ""), Identity(7, "now", "sleep 5")]
    monkeypatch.setattr(processes, "identify", lambda _pid: answers.pop(0))
    assert processes.identify_started(7) == Identity(7, "now", "sleep 5")


def test_a_process_that_ended_at_once_is_nobody(monkeypatch) -> None:
    answers = [Identity(7, "now", ""), None]
    monkeypatch.setattr(processes, "identify", lambda _pid: answers.pop(0))
    assert processes.identify_started(7) is None

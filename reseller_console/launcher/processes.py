"""Processes by identity: a bare pid from a file is never trusted, it may be reused."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from reseller_console.launcher.home import read_json, write_json

PROC = Path("/proc")


@dataclass(frozen=True)
class Identity:
    """One process, so exactly that no later process with its pid is taken for it."""

    pid: int
    started: str
    command: str


def identify(pid: int) -> Identity | None:
    """Return who has this pid now; None for nobody or a zombie."""
    if sys.platform != "linux":
        return _identify_with_ps(pid)
    try:
        fields = _stat(pid)
        command = (PROC / str(pid) / "cmdline").read_bytes()
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    if fields[0] in "ZX":
        return None
    text = command.rstrip(b"\0").replace(b"\0", b" ").decode(errors="replace")
    return Identity(pid, f"{boot}/{fields[19]}", text)


def identify_started(pid: int) -> Identity | None:
    """Return who was started with this pid a moment ago; None for nobody or a zombie.

    While the kernel is still loading the program its command line reads as blank, and
    nobody would be known by that later.
    """
    seen = identify(pid)
    end = time.monotonic() + 2
    while seen is not None and not seen.command and time.monotonic() < end:
        time.sleep(0.001)
        seen = identify(pid)
    return seen


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on (the name may hold blanks)."""
    return (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()


def _identify_with_ps(pid: int) -> Identity | None:
    """Return the same from `ps`, where there is no /proc."""
    command = ["ps", "-o", "lstart=,stat=,command=", "-p", str(pid)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    words = shown.stdout.split(None, 6)
    if len(words) < 7 or words[5].startswith("Z"):
        return None
    return Identity(pid, " ".join(words[:5]), words[6].strip())


def is_running(identity: Identity) -> bool:
    """Tell whether exactly this process is still there."""
    return identify(identity.pid) == identity


def group_members(group: int) -> list[int]:
    """Return the living processes of a process group."""
    members = []
    for pid in _all_pids():
        try:
            fields = _stat(pid)
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] not in "ZX":
            members.append(pid)
    return members


def _all_pids() -> Iterator[int]:
    if PROC.is_dir():
        for name in os.listdir(PROC):
            if name.isdigit():
                yield int(name)


def working_in(directory: Path, program: str) -> list[int]:
    """Return the processes of one program that work in this directory (Linux only)."""
    found = []
    for pid in _all_pids():
        try:
            folder = os.readlink(PROC / str(pid) / "cwd")
            executed = os.readlink(PROC / str(pid) / "exe").removesuffix(" (deleted)")
            if folder == str(directory) and Path(executed).name == program:
                found.append(pid)
        except OSError:
            continue
    return found


def signal_group(group: int, number: signal.Signals) -> None:
    """Send a signal to a whole process group that may be gone already."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.02) -> bool:
    """Ask until the answer is yes; False when the time is over."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


class Ledger:
    """The processes a launcher started, on disk, for the one that comes after a crash."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def record(self, name: str, leader: Identity, number: signal.Signals = signal.SIGTERM) -> None:
        """Write down a process that leads its own group, and the signal that ends it."""
        entry = asdict(leader) | {"signal": int(number)}
        write_json(self.path, read_json(self.path) | {name: entry})

    def forget(self, name: str) -> None:
        """Strike out a process that has ended."""
        entries = read_json(self.path)
        if entries.pop(name, None) is not None:
            write_json(self.path, entries)

    def stop_survivors(self, seconds: float = 10) -> list[str]:
        """Stop what an earlier launcher left behind; return the names."""
        survivors = {}
        for name, entry in read_json(self.path).items():
            identity = Identity(entry["pid"], entry["started"], entry["command"])
            if group_survives(identity):
                survivors[name] = identity.pid
                _ask_to_stop(identity, signal.Signals(entry["signal"]))
        groups = list(survivors.values())
        if not wait_until(lambda: not any(_has_members(g) for g in groups), seconds):
            for group in groups:
                signal_group(group, signal.SIGKILL)
            wait_until(lambda: not any(_has_members(g) for g in groups), 5)
        self.path.unlink(missing_ok=True)
        return list(survivors)


def _ask_to_stop(leader: Identity, number: signal.Signals) -> None:
    """Signal the leader, which ends its children in good order; without it, those."""
    if is_running(leader):
        with contextlib.suppress(ProcessLookupError):
            os.kill(leader.pid, number)
    else:
        signal_group(leader.pid, signal.SIGTERM)


def _has_members(group: int) -> bool:
    if PROC.is_dir():
        return bool(group_members(group))
    return identify(group) is not None


def group_survives(leader: Identity) -> bool:
    """Tell whether anything is left of the group this process led.

    The kernel gives no new process the number of a group that still has members. So
    either the leader itself is there, or it is gone and the members are its children,
    which then carry its command line.
    """
    now = identify(leader.pid)
    if now is not None:
        return now == leader
    members = [identify(pid) for pid in group_members(leader.pid)]
    return any(member and member.command == leader.command for member in members)

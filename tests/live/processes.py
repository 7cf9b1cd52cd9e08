"""The console's own processes, started as the launcher starts them."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import requests

from reseller_console.launcher import project
from reseller_console.launcher.home import CHECKOUT
from reseller_console.launcher.processes import group_members, wait_until
from reseller_console.launcher.service import Service

PYTHON = Path(sys.executable)
PRODUCT = "reseller_console.wsgi:application"
CELERY = "reseller_console.celery"


def webs(
    listener: socket.socket, *, variables: dict[str, str], folder: Path, entry: str = PRODUCT
) -> list[Service]:
    """Return two processes of the web server, of 4 threads each; `entry` is what they serve."""
    command = project.web_command(PYTHON, f"fd://{listener.fileno()}")
    port = listener.getsockname()[1]
    return [
        Service(
            name=name,
            command=[entry if word == PRODUCT else word for word in command],
            log=folder / f"{name}.log",
            environ=variables,
            folder=CHECKOUT,
            # Either answers; each has to be there.
            ready=lambda pid: stops_in_order(pid) and answers(port),
            grace=25,
            inherited=(listener.fileno(),),
        )
        for name in ("web-1", "web-2")
    ]


def worker(
    *, variables: dict[str, str], log: Path, entry: str | None = None, queues: str = "mail,night"
) -> Service:
    """Return a Celery worker; `entry` is its application if not the console's.

    One that serves both queues spares the tests a process.
    """
    command = project.worker_command(PYTHON, queues)
    return Service(
        name="worker",
        command=[entry if entry and word == CELERY else word for word in command],
        log=log,
        environ=variables,
        folder=CHECKOUT,
        ready=lambda _pid: log.exists() and " ready." in log.read_text(errors="replace"),
        grace=10,
    )


def beat(*, variables: dict[str, str], log: Path, entry: str | None = None) -> Service:
    """Return the clock that wakes the workers; `entry` is its application if not the console's."""
    command = project.beat_command(PYTHON, log.with_suffix(".schedule"))
    return Service(
        name="beat",
        command=[entry if entry and word == CELERY else word for word in command],
        log=log,
        environ=variables,
        folder=CHECKOUT,
        grace=5,
    )


def answers(port: int) -> bool:
    """Tell whether something serves the console's pulse on this port."""
    try:
        return requests.get(f"http://127.0.0.1:{port}/healthz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def stops_in_order(pid: int) -> bool:
    """Tell whether a process has got as far as taking SIGTERM itself, as Linux says."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def kill_children(service: Service) -> list[int]:
    """Kill what the service has forked, by SIGKILL; the service itself goes on."""
    assert service.process is not None
    children = [pid for pid in group_members(service.process.pid) if pid != service.process.pid]
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    return children


def eventually(true: Callable[[], object], seconds: float = 15) -> bool:
    """Wait until something is true; False when the time is over."""
    return wait_until(lambda: bool(true()), seconds, pause=0.05)


def seconds_of(act: Callable[[], object]) -> float:
    """Return how long something takes."""
    began = time.monotonic()
    act()
    return time.monotonic() - began

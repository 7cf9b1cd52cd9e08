"""One long-running program: how it is started, known to be ready, and stopped."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reseller_console.launcher.output import LauncherError, last_lines
from reseller_console.launcher.placement import ServerUser, as_user
from reseller_console.launcher.processes import (
    Identity,
    Ledger,
    identify_started,
    signal_group,
    wait_until,
)

LOG_LIMIT = 10 * 1024 * 1024


def _nothing() -> None:
    return None


def _always(_pid: int) -> bool:
    return True


def _never(_pid: int) -> bool:
    return False


@dataclass
class Service:
    """A program in a process group of its own, its output in a log file."""

    name: str
    command: list[str]
    log: Path
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    folder: Path = Path("/")
    user: ServerUser | None = None
    inherited: tuple[int, ...] = ()
    # Called before each start, also before a restart after a crash.
    prepare: Callable[[], None] = _nothing
    ready: Callable[[int], bool] = _always
    # Whether it says of itself that it is about to end.
    stopping: Callable[[int], bool] = _never
    stop_signal: signal.Signals = signal.SIGTERM
    # How long it may take over its last work before it is killed.
    grace: float = 10
    # Higher ranks are stopped first; equal ones together.
    rank: int = 0
    # Without it nothing works, so a console that cannot have it does not go on.
    needed: bool = False
    ledger: Ledger | None = None
    process: subprocess.Popen[bytes] | None = None
    identity: Identity | None = None

    def start(self) -> None:
        """Start the program and write down who it is."""
        self.prepare()
        self._turn_log_over()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=dict(self.environ),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self.inherited,
                start_new_session=True,
                **as_user(self.user),
            )
        self.identity = identify_started(self.process.pid)
        if self.ledger is not None and self.identity is not None:
            self.ledger.record(self.name, self.identity, self.stop_signal)

    def _turn_log_over(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            os.replace(self.log, self.log.with_suffix(".log.1"))

    def is_running(self) -> bool:
        """Tell whether the program we started is still there."""
        return self.process is not None and self.process.poll() is None

    def is_ready(self) -> bool:
        """Tell whether it runs and answers."""
        return self.process is not None and self.is_running() and self.ready(self.process.pid)

    def is_stopping(self) -> bool:
        """Tell whether it runs, and takes nobody in any more."""
        return self.process is not None and self.is_running() and self.stopping(self.process.pid)

    def wait_ready(self, seconds: float) -> None:
        """Wait for the first answer; raise with the end of the log if there is none."""
        wait_until(lambda: self.is_ready() or not self.is_running(), seconds)
        if not self.is_ready():
            state = "does not answer" if self.is_running() else "ended at once"
            raise LauncherError(f"{self.name} {state}; {self.log}:\n{last_lines(self.log)}")

    def ask_to_stop(self) -> None:
        """Tell the program (not its children: it ends those itself) to finish."""
        if self.process is not None and self.is_running():
            self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """Wait for the program to finish; what is left after the grace is killed."""
        if self.process is None:
            return
        end = time.monotonic() + self.grace
        while self.is_running() and (left := end - time.monotonic()) > 0:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(min(left, 1))
        self.kill()

    def kill(self) -> None:
        """End the whole group now."""
        if self.process is None:
            return
        signal_group(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.ledger is not None:
            self.ledger.forget(self.name)
        self.process = None


def stop_together(services: Sequence[Service]) -> None:
    """Ask all of them first, then wait for each."""
    for service in services:
        service.ask_to_stop()
    for service in services:
        service.stop()

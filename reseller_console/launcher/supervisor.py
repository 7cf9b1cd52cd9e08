"""Keeps the services running: restarts what ends, shows what goes wrong, stops in order."""

import re
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reseller_console.launcher.output import LauncherError, Occupied, last_lines, say, warn
from reseller_console.launcher.processes import Identity, group_survives, signal_group
from reseller_console.launcher.service import Service, stop_together
from reseller_console.launcher.stopping import Stopped, StopSignals

FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
# Whoever lived this long did not fail at the start, and is replaced at once.
HEALTHY_SECONDS = 10.0
# What is needed and failed this often in a row (15 seconds of pauses) does not come back by itself.
GIVE_UP_AFTER = 7
# How soon one that another server keeps from starting is tried again.
OCCUPIED_DELAY = 1.0
# As our own logs put it in each of their formats (`lib.logs.pipeline`), Celery before it reads the
# settings, and PostgreSQL, whose plain ERROR is left out: a refused double click is one, too.
TROUBLE = re.compile(
    r"level=(error|critical)\b|\"level\": \"(error|critical)\"|^\S+ \[(error|critical) *\]"
    r"|\[(ERROR|CRITICAL)\]|: (ERROR|CRITICAL)/|\b(FATAL|PANIC): "
)


@dataclass
class LogWatch:
    """Shows the lines of a log that report trouble, as they are written."""

    name: str
    log: Path
    position: int = 0

    @classmethod
    def from_now(cls, name: str, log: Path) -> "LogWatch":
        """Return a watch that skips what is in the file already."""
        return cls(name, log, log.stat().st_size if log.exists() else 0)

    def show_trouble(self) -> None:
        """Print the new lines that speak of errors."""
        try:
            if self.log.stat().st_size < self.position:
                self.position = 0
            with self.log.open("rb") as file:
                file.seek(self.position)
                text = file.read(256 * 1024)
        except OSError:
            return
        whole, newline, _rest = text.rpartition(b"\n")
        self.position += len(whole) + len(newline)
        for line in whole.decode(errors="replace").splitlines():
            if TROUBLE.search(line):
                warn(f"{self.name}: {line[:500]}")


@dataclass
class Restarts:
    """How often a service ended too early, and when it may start again."""

    started_at: float = 0
    failures: int = 0
    due_at: float | None = None
    # What was said about it since its last start, to say it once.
    told: str = ""

    def ended(self, now: float) -> float:
        """Note that the service ended; return how long to wait for the next start."""
        healthy = now - self.started_at >= HEALTHY_SECONDS
        self.failures = 0 if healthy else self.failures + 1
        delay = 0.0
        if self.failures > 1:
            delay = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** (self.failures - 2))
        self.due_at = now + delay
        return delay


@dataclass
class Supervisor:
    """All services of one `up`, in the order they were started."""

    signals: StopSignals
    quiet: bool = False
    services: list[Service] = field(default_factory=list)
    restarts: dict[str, Restarts] = field(default_factory=dict)
    watches: list[LogWatch] = field(default_factory=list)
    # Children of ended services that still finish their work, and until when they may.
    stragglers: list[tuple[Identity, float]] = field(default_factory=list)

    def start(self, service: Service) -> None:
        """Start a service and keep it from now on."""
        self.watches.append(LogWatch.from_now(service.name, service.log))
        with self.signals.deferred():
            self.services.append(service)
            self._launch(service)

    def start_together(self, services: Sequence[Service], seconds: float) -> None:
        """Start services side by side, and wait for the first answer of each."""
        for service in services:
            self.start(service)
        for service in services:
            service.wait_ready(seconds)

    def _launch(self, service: Service) -> None:
        note = self.restarts.setdefault(service.name, Restarts())
        note.started_at, note.due_at = time.monotonic(), None
        service.start()
        note.told = ""

    def watch(self) -> None:
        """Keep everything running until somebody asks us to stop."""
        while True:
            with self.signals.deferred():
                pause = self._look_after()
            self.signals.wait(pause)

    def _look_after(self) -> float:
        """Restart what has ended; return how long nothing needs to be done."""
        now = time.monotonic()
        pause = 0.5
        for service in self.services:
            note = self.restarts[service.name]
            if service.is_running():
                self._hasten(service, note, now)
                continue
            if note.due_at is None:
                self._note_end(service, note, now)
            if note.due_at is not None and note.due_at <= now:
                self._relaunch(service, note)
            elif note.due_at is not None:
                pause = min(pause, note.due_at - now)
        for watch in self.watches:
            watch.show_trouble()
        self._end_stragglers(now)
        return max(pause, 0.01)

    def _hasten(self, service: Service, note: Restarts, now: float) -> None:
        """End what somebody else asked to stop; politely asked, it waits for us to leave first."""
        if service.is_stopping() and not note.told:
            self._tell(note, f"{service.name} was asked to stop; it ends now and is started again")
            service.ask_to_stop()
            self._watch_end(service, now)

    def _watch_end(self, service: Service, now: float) -> None:
        """Kill what is left of a service when its grace is over."""
        if service.identity is not None:
            self.stragglers.append((service.identity, now + service.grace))

    def _tell(self, note: Restarts, line: str) -> None:
        if note.told != line:
            note.told = line
            warn(line)

    def _note_end(self, service: Service, note: Restarts, now: float) -> None:
        code = service.process.returncode if service.process else None
        delay = note.ended(now)
        when = f"in {delay:.1f} s" if delay else "now"
        warn(f"{service.name} ended ({_reason(code)}); starting it again {when}")
        warn(f"  {service.log}:{last_lines(service.log, 1)}")
        if service.identity is not None and group_survives(service.identity):
            signal_group(service.identity.pid, signal.SIGTERM)
            self._watch_end(service, now)
        self._give_up_in_time(service, note, last_lines(service.log, 5))

    def _relaunch(self, service: Service, note: Restarts) -> None:
        try:
            self._launch(service)
        except Occupied as error:
            note.due_at = time.monotonic() + OCCUPIED_DELAY
            self._tell(note, f"{service.name} is not started again yet: {error}")
        except Exception as error:
            # Whatever is wrong now (a full disk, say) may be right the next time.
            delay = note.ended(time.monotonic())
            warn(f"{service.name} cannot be started: {error}; trying again in {delay:.1f} s")
            self._give_up_in_time(service, note, f"  {error}")

    def _give_up_in_time(self, service: Service, note: Restarts, why: str) -> None:
        if service.needed and note.failures >= GIVE_UP_AFTER:
            raise LauncherError(
                f"{service.name} could not be started {note.failures} times in a row, so everything"
                f" stops. {service.log} says why:\n{why}\n"
                "Once that is fixed, run `./console up` to start everything again."
            )

    def _end_stragglers(self, now: float) -> None:
        for identity, until in list(self.stragglers):
            if not group_survives(identity):
                self.stragglers.remove((identity, until))
            elif until <= now:
                signal_group(identity.pid, signal.SIGKILL)

    def stop(self) -> None:
        """Stop rank by rank; a second signal ends all at once."""
        try:
            for rank in sorted({service.rank for service in self.services}, reverse=True):
                stop_together([one for one in self.services if one.rank == rank])
        except Stopped:
            warn("Ending everything at once.")
        with self.signals.deferred():
            for service in reversed(self.services):
                service.kill()
            for identity, _until in self.stragglers:
                if group_survives(identity):
                    signal_group(identity.pid, signal.SIGKILL)
        if not self.quiet:
            say("Stopped.")


def _reason(code: int | None) -> str:
    if code is not None and code < 0:
        return signal.Signals(-code).name
    return f"exit code {code}"

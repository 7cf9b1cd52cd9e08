"""Services kept running by the supervisor, as `./console up` keeps them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from reseller_console.launcher.processes import wait_until
from reseller_console.launcher.service import Service
from reseller_console.launcher.stopping import Stopped, StopSignals
from reseller_console.launcher.supervisor import Supervisor


class Bell(StopSignals):
    """Stops the supervisor of a thread, which no signal reaches."""

    def __init__(self) -> None:
        self.rung = threading.Event()

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Do what is inside."""
        yield

    def wait(self, seconds: float) -> None:
        """Sleep for a moment at most, as the end of a child would wake a main thread."""
        if self.rung.wait(min(seconds, 0.05)):
            raise Stopped(signal.SIGTERM)


@contextmanager
def kept_running(services: Sequence[Service], *, seconds: float = 30) -> Iterator[Supervisor]:
    """Start services in this order, each when the one before answers, and start what ends again.

    At the end all are stopped.
    """
    bell = Bell()
    supervisor = Supervisor(bell, quiet=True)
    watcher = threading.Thread(target=_watch, args=[supervisor], name="supervisor")
    try:
        for service in services:
            supervisor.start(service)
            service.wait_ready(seconds)
        watcher.start()
        yield supervisor
    finally:
        bell.rung.set()
        if watcher.is_alive():
            watcher.join()
        supervisor.stop()


def _watch(supervisor: Supervisor) -> None:
    try:
        supervisor.watch()
    except Stopped:
        return


def end(service: Service, number: signal.Signals) -> None:
    """Send a service a signal, and wait until the supervisor has put another in its place."""
    before = service.process
    assert before is not None
    before.send_signal(number)
    assert wait_until(lambda: service.process is not before, 30)

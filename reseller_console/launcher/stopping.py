"""SIGTERM, SIGINT and SIGHUP: stop at once while preparing, in order while running."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stopped(BaseException):
    """Somebody asked us to stop; like KeyboardInterrupt, not an error to catch."""


class StopSignals:
    """Turns signals into `Stopped`, except where that would lose track of a process."""

    def __init__(self) -> None:
        self._requested = False
        self._deferred = 0
        self._reader, writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._handle)
        # Only to be woken when a child ends; an ignored signal would not wake anybody.
        signal.signal(signal.SIGCHLD, lambda number, frame: None)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._requested = True
        if not self._deferred:
            self._stop()

    def _stop(self) -> None:
        # One request, one Stopped: while stopping, only a further signal means "hurry".
        self._requested = False
        raise Stopped

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Finish what is inside (a start and its record) before stopping."""
        self._deferred += 1
        try:
            yield
        finally:
            self._deferred -= 1
        if self._requested and not self._deferred:
            self._stop()

    def wait(self, seconds: float) -> None:
        """Sleep until the time is over or a signal arrives, the end of a child included."""
        select.select([self._reader], [], [], seconds)
        try:
            while os.read(self._reader, 512):
                pass
        except BlockingIOError:
            pass

"""SIGTERM, SIGINT and SIGHUP: stop at once while preparing, in order while running."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stopped(BaseException):
    """Somebody asked us to stop; like KeyboardInterrupt, not an error to catch."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class StopSignals:
    """Turns signals into `Stopped`, except where that would lose track of a process."""

    def __init__(self) -> None:
        self._requested: int | None = None
        self._deferred = 0
        self._reader, writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            # Whoever started us with nohup meant it. A shell's background jobs however begin
            # with Ctrl-C ignored, and still want to be stopped by it.
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._handle)
        # Only to be woken when a child ends; an ignored signal would not wake anybody.
        signal.signal(signal.SIGCHLD, _wake_only)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._requested = number
        self._stop_if_asked()

    def _stop_if_asked(self) -> None:
        if self._requested is not None and not self._deferred:
            # One request, one Stopped: while stopping, only a further signal means "hurry".
            number, self._requested = self._requested, None
            raise Stopped(number)

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Finish what is inside (a start and its record) before stopping."""
        self._deferred += 1
        try:
            yield
        finally:
            self._deferred -= 1
        self._stop_if_asked()

    def wait(self, seconds: float) -> None:
        """Sleep until the time is over or a signal arrives, the end of a child included."""
        select.select([self._reader], [], [], seconds)
        try:
            while os.read(self._reader, 512):
                pass
        except BlockingIOError:
            pass


def _wake_only(number: int, frame: FrameType | None) -> None:
    """Do nothing: the pipe of `StopSignals` was written to, and that is all."""

"""What the launcher tells the person at the terminal."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class LauncherError(Exception):
    """A reason to stop that the person can act on; its text is all they see."""


class Occupied(LauncherError):
    """Another server works on the same data: no second one may start beside it."""

    def __init__(self, pid: int, folder: Path) -> None:
        super().__init__(
            f"another server (pid {pid}) works in {folder}, so no second one is started;"
            f" `kill {pid}` ends that one"
        )


def say(line: str) -> None:
    """Print one line at once, also into a pipe."""
    print(line, flush=True)


def warn(line: str) -> None:
    """Print one line to the error stream."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Announce a step that takes a while, and say how long it took."""
    say(f"{what} ...")
    begun = time.monotonic()
    yield
    say(f"  done in {time.monotonic() - begun:.1f} s")


def last_lines(log: Path, count: int = 15) -> str:
    """Return the end of a log file, indented, for an error message."""
    try:
        lines = log.read_text(errors="replace").splitlines()[-count:]
    except OSError:
        lines = []
    return "\n".join(f"  {line}" for line in lines) or "  (nothing was logged)"

"""A miniature checkout: the real launcher around a project of three small files."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reseller_console.launcher.home import CHECKOUT, read_json

MINIATURE = Path(__file__).parent / "miniature"
LOCKS = ("requirements.lock", "requirements-embedded.lock", "requirements-dev.lock")


@dataclass
class Checkout:
    """A checkout of its own, and the commands started in it."""

    path: Path
    environ: dict[str, str]
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def home(self) -> Path:
        """Its data directory."""
        return self.path / ".console"

    def start(self, *arguments: str, **environ: str) -> "Running":
        """Start `./console` with these arguments."""
        output = self.path / f"output-{len(self.started)}.txt"
        with output.open("w") as file:
            process = subprocess.Popen(
                [str(self.path / "console"), *arguments],
                cwd="/",
                env=self.environ | environ,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                text=True,
            )
        self.started.append(process)
        return Running(process, output)

    def run(self, *arguments: str, **environ: str) -> tuple[int, str]:
        """Run `./console` to its end; return exit code and output."""
        running = self.start(*arguments, **environ)
        return running.process.wait(60), running.text()

    def pid_of(self, name: str) -> int:
        """Return the pid of a service, as the launcher wrote it down."""
        return int(read_json(self.home / "processes.json")[name]["pid"])


@dataclass
class Running:
    """A command that runs, and what it has said."""

    process: subprocess.Popen[str]
    output: Path

    def text(self) -> str:
        """Return all it has said so far."""
        return self.output.read_text()

    def wait_for(self, words: str, seconds: float = 40) -> str:
        """Wait until it has said these words; return the line they are in."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for line in self.text().splitlines():
                if words in line:
                    return line
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"{words!r} was not said:\n{self.text()}")

    def url(self) -> str:
        """Wait until everything runs; return where."""
        return self.wait_for("Ready: ").removeprefix("Ready: ").strip()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Stop it like a person would; return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(40)


def make_checkout(path: Path) -> Checkout:
    """Build a miniature checkout that shares this one's virtual environment."""
    package = path / "reseller_console"
    shutil.copytree(
        CHECKOUT / "reseller_console" / "launcher",
        package / "launcher",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    (package / "__init__.py").touch()
    for name in ("settings.py", "wsgi.py", "celery.py"):
        shutil.copy(MINIATURE / name, package / name)
    # The web server lives in the project's lib, and so do the ids its lines have.
    (package / "lib").mkdir()
    (package / "lib" / "__init__.py").touch()
    for part in ("serving", "logs"):
        shutil.copytree(
            CHECKOUT / "reseller_console" / "lib" / part,
            package / "lib" / part,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    shutil.copy(MINIATURE / "manage.py", path / "manage.py")
    for name in ("console", *LOCKS):
        shutil.copy(CHECKOUT / name, path / name)
    (path / ".venv").symlink_to(sys.prefix)
    # Nothing of the servers this test itself runs on may reach the inner console.
    foreign = ("CONSOLE_", "DATABASE_", "BROKER_", "DJANGO_", "PYTHONPATH", "PYTEST_", "COV_")
    return Checkout(path, {k: v for k, v in os.environ.items() if not k.startswith(foreign)})


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """A miniature checkout; whatever still runs in it at the end is stopped."""
    made = make_checkout(tmp_path / "checkout")
    yield made
    end(made)


def end(made: Checkout) -> None:
    """Stop what still runs in a checkout, and remove what it put elsewhere."""
    for process in made.started:
        if process.poll() is None:
            process.terminate()
            process.wait(40)
    place = read_json(made.home / "place.json").get("path")
    if place:
        shutil.rmtree(place)

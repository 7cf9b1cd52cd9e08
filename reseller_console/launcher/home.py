"""The data directory (`.console/` or `CONSOLE_HOME`): files, secrets, remembered facts."""

import fcntl
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from reseller_console.launcher.output import LauncherError

CHECKOUT = Path(__file__).resolve().parents[2]


def write_json(path: Path, value: object) -> None:
    """Replace a file in one move, readable by its owner only."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as file:
        json.dump(value, file, indent=2)
    os.replace(name, path)


def read_json(path: Path) -> dict[str, Any]:
    """Return the file's object; a missing or torn file is an empty one."""
    try:
        value = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


@dataclass(frozen=True)
class Home:
    """Where one copy of the console keeps everything that is not code."""

    path: Path

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Home":
        """Return the home `CONSOLE_HOME` names, else the one in the checkout."""
        named = environ.get("CONSOLE_HOME")
        return cls(Path(named).expanduser().absolute() if named else CHECKOUT / ".console")

    def create(self) -> None:
        """Make the directory; one that exists keeps the mode somebody gave it."""
        if not self.path.is_dir():
            self.path.mkdir(parents=True)
            # Root's PostgreSQL runs as another user, who has to pass through.
            self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
        self.logs.mkdir(exist_ok=True, mode=0o700)

    @property
    def logs(self) -> Path:
        """The log files of everything that runs."""
        return self.path / "logs"

    @property
    def running(self) -> Path:
        """Addresses and environment of the servers that run now."""
        return self.path / "running.json"

    @property
    def processes(self) -> Path:
        """Who was started, so that survivors of a crash can be found again."""
        return self.path / "processes.json"

    def facts(self) -> dict[str, Any]:
        """Return what earlier runs remembered: ports, migrations, demo data."""
        return read_json(self.path / "state.json")

    def remember(self, **facts: object) -> None:
        """Add facts to what earlier runs remembered."""
        write_json(self.path / "state.json", self.facts() | facts)

    def secret(self, name: str) -> str:
        """Return the random secret of that name, made on first use."""
        path = self.path / "secrets.json"
        known = read_json(path)
        if name not in known:
            known[name] = secrets.token_urlsafe(36)
            write_json(path, known)
        return str(known[name])


class HomeLock:
    """The right to run servers on one home; held until released or until we die."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.file: BinaryIO | None = None

    def acquire(self, purpose: str) -> None:
        """Take the lock, or raise `LauncherError` naming who holds it."""
        path = self.home.path / "lock"
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise LauncherError(self.held_by()) from None
        self.file = file
        write_json(self.home.path / "holder.json", {"pid": os.getpid(), "purpose": purpose})

    def held_by(self) -> str:
        """Return a sentence about who runs on this home."""
        holder = read_json(self.home.path / "holder.json")
        url = read_json(self.home.running).get("url")
        where = f" at {url}" if url else ""
        return (
            f"`./console {holder.get('purpose', 'up')}` already runs{where}"
            f" (pid {holder.get('pid', 'unknown')}, data in {self.home.path})"
        )

    def release(self) -> None:
        """Let the next one run."""
        if self.file is not None:
            self.file.close()
            self.file = None

"""The project's own processes: web, workers, beat, and the commands run beside them."""

import hashlib
import subprocess
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from reseller_console.launcher.home import CHECKOUT, Home
from reseller_console.launcher.output import LauncherError
from reseller_console.launcher.probe import web_answers
from reseller_console.launcher.processes import Ledger
from reseller_console.launcher.service import Service

# Emails never wait behind nights: each has workers of its own.
QUEUES = ("mail", "night")


def web_command(python: Path, where: str) -> list[str]:
    """Return the command of one process of the web server."""
    server = "reseller_console.lib.serving.web"
    return [str(python), "-m", server, "reseller_console.wsgi:application", where]


def worker_command(python: Path, queue: str) -> list[str]:
    """Return the command of a worker for one of the queues."""
    return [
        *(str(python), "-m", "celery", "--quiet", "-A", "reseller_console.celery", "worker"),
        *("--queues", queue, "--hostname", f"{queue}@%h"),
        *("--concurrency", "2"),
        # Workers need not know each other: the database says who does what.
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]


def beat_command(python: Path, schedule: Path) -> list[str]:
    """Return the command of the clock that wakes the workers."""
    return [
        *(str(python), "-m", "celery", "--quiet", "-A", "reseller_console.celery", "beat"),
        *("--schedule", str(schedule), "--pidfile", ""),
    ]


def web_services(
    home: Home, python: Path, variables: Mapping[str, str], socket: int, port: int, ledger: Ledger
) -> list[Service]:
    """Return the processes of the web server, which share a socket that is ours."""
    new = partial(Service, inherited=(socket,), environ=variables, folder=CHECKOUT, ledger=ledger)
    command = web_command(python, f"fd://{socket}")
    ready = lambda _pid: web_answers(port, variables["CONSOLE_ORIGIN"])  # noqa: E731
    names = [f"web-{n + 1}" for n in range(int(variables.get("CONSOLE_WEB_WORKERS", "2")))]
    return [
        new(name, command, home.logs / f"{name}.log", ready=ready, grace=25, rank=2)
        for name in names
    ]


def background_services(
    home: Home, python: Path, variables: Mapping[str, str], ledger: Ledger
) -> list[Service]:
    """Return the workers and beat."""
    schedule = home.path / "celerybeat-schedule"
    # The workers outlive the web, whose last requests may still give them work.
    commands = {f"worker-{queue}": (worker_command(python, queue), 20.0, 1) for queue in QUEUES} | {
        "beat": (beat_command(python, schedule), 5.0, 2)
    }
    new = partial(Service, environ=variables, folder=CHECKOUT, ledger=ledger)
    return [
        new(name, command, home.logs / f"{name}.log", grace=grace, rank=rank)
        for name, (command, grace, rank) in commands.items()
    ]


def manage_command(python: Path, *arguments: str) -> list[str]:
    """Return the command that runs manage.py."""
    return [str(python), str(CHECKOUT / "manage.py"), *arguments]


def run(command: list[str], variables: Mapping[str, str]) -> None:
    """Run a command in the checkout, its output on the terminal; raise when it fails."""
    done = subprocess.run(command, cwd=CHECKOUT, env=dict(variables), check=False)
    if done.returncode != 0:
        words = " ".join(Path(command[1]).name.split() + command[2:])
        raise LauncherError(f"{words} failed with exit code {done.returncode}")


def migrations_fingerprint(checkout: Path = CHECKOUT) -> str:
    """Return a digest that changes whenever there may be something to migrate."""
    digest = hashlib.sha256()
    for path in _migration_files(checkout):
        digest.update(f"{path.relative_to(checkout)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _migration_files(checkout: Path) -> Iterator[Path]:
    # The lock stands for the migrations of the packages.
    yield checkout / "requirements.lock"
    for depth in ("*", "*/*"):
        for path in sorted(checkout.glob(f"{depth}/migrations/*.py")):
            if not path.relative_to(checkout).parts[0].startswith("."):
                yield path

"""The virtual environment: made once, brought up to date when a lock file changes."""

import fcntl
import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from reseller_console.launcher import interpreter, pip_failures
from reseller_console.launcher.home import CHECKOUT, read_json, write_json
from reseller_console.launcher.output import LauncherError, say, step, warn

VENV = CHECKOUT / ".venv"
RUN = "requirements.lock"
EMBEDDED = "requirements-embedded.lock"
DEVELOPMENT = "requirements-dev.lock"
# What single mail providers need beside the rest.
PROVIDERS = {
    "amazon_ses": "requirements-amazon-ses.lock",
    "resend": "requirements-resend.lock",
}


def python_of(venv: Path) -> Path:
    """Return the interpreter of a virtual environment."""
    return venv / "bin" / "python"


def ensure_environment(
    locks: Sequence[str], checkout: Path = CHECKOUT, venv: Path | None = None
) -> Path:
    """Return the environment's interpreter, with the packages of these locks installed."""
    venv = venv or checkout / ".venv"
    # Two commands started together take turns; the lock file's own handle is the lock.
    with (checkout / RUN).open("rb") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another command that installs packages ...")
            fcntl.flock(turn, fcntl.LOCK_EX)
        version = _version_of(venv)
        if version is None:
            _create(venv)
            version = platform.python_version()
        _install(venv, version, [checkout / name for name in locks])
    return python_of(venv)


def provider_locks(environ: Mapping[str, str]) -> list[str]:
    """Return the locks of the mail providers that the environment names."""
    named = f"{environ.get('MAIL_PROVIDER', '')},{environ.get('MAIL_WEBHOOKS', '')}".split(",")
    return [lock for provider, lock in PROVIDERS.items() if provider in map(str.strip, named)]


def warn_of_unsafe(python: Path) -> None:
    """Say loudly when the environment's Python writes unsafe emails, and how to get another."""
    asked = subprocess.run(
        [str(python), interpreter.__file__], capture_output=True, text=True, check=False
    )
    if asked.returncode != 0:
        warn(f"WARNING: {asked.stderr.strip()}")
        warn("Install one, delete .venv and start again. Production refuses to start on this one.")


def _version_of(venv: Path) -> str | None:
    """Return the version of a working environment; None where there is none."""
    check = (
        "import platform, sys, pip\n"
        "print(platform.python_version() if sys.version_info >= (3, 12) else '')"
    )
    # The interpreter running this very line needs no second start to be believed.
    if Path(sys.prefix).resolve() == venv.resolve() and (venv / "console-installed.json").exists():
        return platform.python_version()
    try:
        tried = subprocess.run(
            [str(python_of(venv)), "-c", check], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return tried.stdout.strip() or None if tried.returncode == 0 else None


def _create(venv: Path) -> None:
    # From inside an environment, `venv` would link to it instead of the real Python.
    python = getattr(sys, "_base_executable", None) or sys.executable
    with step(f"Making .venv with Python {platform.python_version()}"):
        made = subprocess.run(
            [python, "-m", "venv", "--clear", str(venv)],
            capture_output=True,
            text=True,
            check=False,
            env=_clean_environment(),
        )
        if made.returncode != 0:
            package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
            raise LauncherError(
                f"{python} cannot make a virtual environment"
                f" (on Debian and Ubuntu: apt-get install {package}):\n{made.stdout}{made.stderr}"
            )


def _clean_environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}}


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _install(venv: Path, version: str, locks: list[Path]) -> None:
    """Install the locks that are not the ones installed already."""
    marker = venv / "console-installed.json"
    installed = read_json(marker)
    if installed.get("python") != version:
        installed = {"python": version}
    missing = [lock for lock in locks if installed.get(lock.name) != _digest(lock)]
    if not missing:
        return
    count = sum(line.count("==") for lock in missing for line in _requirements(lock))
    with step(f"Installing {count} packages into .venv"):
        _pip_install(venv, missing)
    write_json(marker, installed | {lock.name: _digest(lock) for lock in missing})


def _requirements(lock: Path) -> list[str]:
    lines = lock.read_text().splitlines()
    return [line for line in lines if line and not line.startswith((" ", "#", "-"))]


def _pip_install(venv: Path, locks: list[Path]) -> None:
    log = venv / "console-pip.log"
    # pip adds to what is there.
    log.unlink(missing_ok=True)
    pip = subprocess.Popen(
        [*_pip_command(venv, locks), "--log", str(log)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        env=_clean_environment(),
    )
    try:
        tail = _show_progress(pip)
        pip.wait()
    finally:
        # A half-done install is begun again the next time; one that goes on unseen is worse.
        pip.kill()
    if pip.returncode != 0:
        raise pip_failures.error_from(log, tail)


def _pip_command(venv: Path, locks: list[Path]) -> list[str]:
    return [
        *(str(python_of(venv)), "-m", "pip", "install", "--require-hashes"),
        # The locks are complete, so nothing is resolved; modules are compiled when first used.
        *("--no-deps", "--no-compile"),
        *("--no-input", "--progress-bar=off", "--disable-pip-version-check"),
        *(word for lock in locks for word in ("-r", str(lock))),
    ]


def _show_progress(pip: "subprocess.Popen[str]") -> list[str]:
    """Show how far pip is, and return the last lines it said."""
    assert pip.stdout is not None
    seen = 0
    tail: list[str] = []
    for line in pip.stdout:
        tail = [*tail[-14:], f"  {line.rstrip()}"]
        if line.startswith("Collecting "):
            seen += 1
            if seen % 15 == 0:
                say(f"  {seen} downloaded")
        elif line.startswith("Installing collected"):
            say("  unpacking")
        elif line.startswith("WARNING: Retrying"):
            say("  the package index does not answer; trying again")
    return tail

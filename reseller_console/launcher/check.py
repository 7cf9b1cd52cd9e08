"""`./console check`: everything that can be said about the code without running tests."""

import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from reseller_console.launcher import environment
from reseller_console.launcher.home import CHECKOUT
from reseller_console.launcher.output import say
from reseller_console.launcher.project import manage_command

# Enough for the production settings to load; nothing here reaches a server.
DEPLOYMENT = {
    "CONSOLE_ENV": "production",
    "CONSOLE_ORIGIN": "https://console.example",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    "DATABASE_OWNER_URL": "postgres://nobody@127.0.0.1:1/nothing",
    "BROKER_URL": "redis://127.0.0.1:1/0",
}


@dataclass(frozen=True)
class Check:
    """One tool and how it is called."""

    name: str
    command: list[str]
    variables: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What came of a check."""

    name: str
    passed: bool
    seconds: float


def all_checks(python: Path) -> list[Check]:
    """Return the checks in the order they are run."""
    tools = python.parent
    module = [str(python), "-m"]
    templates = ["templates", "--quiet"]
    return [
        Check("format", [*module, "ruff", "format", "--check", "."]),
        Check("lint", [*module, "ruff", "check", "."]),
        Check("types", [*module, "mypy"], _settings()),
        Check("layers", [str(tools / "lint-imports")]),
        Check("template format", [*module, "djlint", "--check", *templates]),
        Check("template lint", [*module, "djlint", "--lint", *templates]),
        Check(
            "deployment",
            manage_command(python, "check", "--deploy", "--fail-level", "WARNING"),
            _settings(),
        ),
        Check(
            "migrations",
            manage_command(python, "makemigrations", "--check", "--dry-run"),
            _settings(),
        ),
    ]


def _settings() -> dict[str, str]:
    # Made up on the spot: long and varied enough for Django's own check of the key.
    return DEPLOYMENT | {"CONSOLE_SECRET_KEY": os.urandom(48).hex()}


def check(names: list[str]) -> int:
    """Run all checks, or those named; return 0 when every one passed."""
    python = environment.ensure_environment([environment.RUN, environment.DEVELOPMENT])
    checks = [one for one in all_checks(python) if not names or one.name in names]
    results = [_run(one, python) for one in checks]
    say("")
    for result in results:
        say(f"{'passed' if result.passed else 'FAILED':<8}{result.name:<18}{result.seconds:6.1f} s")
    return 0 if results and all(result.passed for result in results) else 1


def _run(one: Check, python: Path) -> Result:
    """Run one check; show what it says only when it fails."""
    say(f"{one.name} ...")
    variables = {name: value for name, value in os.environ.items() if name != "CONSOLE_TODAY"}
    variables |= {
        "PATH": os.pathsep.join([str(python.parent), os.environ.get("PATH", "")]),
        "PYTHONPATH": str(CHECKOUT),
        **one.variables,
    }
    begun = time.monotonic()
    done = subprocess.run(
        one.command,
        cwd=CHECKOUT,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        say(done.stdout.rstrip())
    return Result(one.name, done.returncode == 0, time.monotonic() - begun)

"""`./console check`: everything that can be said about the code without running tests."""

import os
import secrets
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from reseller_console.launcher import environment
from reseller_console.launcher.home import CHECKOUT
from reseller_console.launcher.output import say
from reseller_console.launcher.project import manage_command
from reseller_console.launcher.servers import throwaway_servers
from reseller_console.launcher.stopping import Stopped, StopSignals
from reseller_console.launcher.variables import Addresses

# Of a long complaint the first and the last lines are shown.
SHOWN_LINES = 80


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


def all_checks(python: Path, addresses: Addresses, *, own_server: bool = True) -> list[Check]:
    """Return the checks in the order they are run; on a server of ours also of a database."""
    tools = python.parent
    module = [str(python), "-m"]
    templates = ["templates", "--quiet"]
    production = _production(addresses)
    return [
        Check("format", [*module, "ruff", "format", "--check", "."]),
        Check("lint", [*module, "ruff", "check", "."]),
        Check("types", [*module, "mypy"], production),
        Check("layers", [str(tools / "lint-imports")]),
        Check("template format", [*module, "djlint", "--check", *templates]),
        Check("template lint", [*module, "djlint", "--lint", *templates]),
        Check(
            "deployment",
            manage_command(python, "check", "--deploy", "--fail-level", "WARNING"),
            # Said above: this machine's Python is none of the code's faults.
            production | {"CONSOLE_ACCEPT_UNSAFE_PYTHON": "true"},
        ),
        Check(
            "migrations",
            manage_command(python, "makemigrations", "--check", "--dry-run"),
            production,
        ),
        Check("messages", manage_command(python, "messages", "--check"), production),
        # Migrations run for good, which no database of somebody else is here for.
        *(_database(python, addresses) if own_server else []),
    ]


def _database(python: Path, addresses: Addresses) -> list[Check]:
    """Migrate as the owner, then compare privileges and limits as the application."""
    owner = _production(addresses)
    application = owner | {"DATABASE_URL": addresses.database}
    compare = ("check", "--database", "default", "--fail-level", "WARNING")
    return [
        Check("migrating", manage_command(python, "migrate", "--no-input", "-v", "0"), owner),
        Check("privileges", manage_command(python, *compare), application),
    ]


def _production(addresses: Addresses) -> dict[str, str]:
    """Return what production settings need; Django asks even for these what the database can."""
    return {
        "CONSOLE_ENV": "production",
        "CONSOLE_ORIGIN": "https://console.example",
        "CONSOLE_SECRET_KEY": secrets.token_urlsafe(48),
        # Without mail it warns, which counts as a failure here.
        "SMTP_HOST": "127.0.0.1",
        "MAIL_FROM": "console@console.test",
        **addresses.by_name(),
        "DATABASE_URL": addresses.database_owner,
    }


def check(names: list[str]) -> int:
    """Run all checks, or those named; return 0 when every one passed."""
    signals = StopSignals()
    python = environment.ensure_environment(
        [environment.RUN, environment.EMBEDDED, environment.DEVELOPMENT]
    )
    environment.warn_of_unsafe(python)
    try:
        with throwaway_servers(environment.VENV, os.environ, "throwaway", signals) as (
            servers,
            _folder,
        ):
            ours = servers.postgres is not None
            checks = all_checks(python, servers.addresses, own_server=ours)
            results = [_run(one, python) for one in checks if not names or one.name in names]
    except Stopped as stopped:
        return 128 + stopped.number
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
        say(_shortened(done.stdout.rstrip().splitlines()))
    return Result(one.name, done.returncode == 0, time.monotonic() - begun)


def _shortened(lines: list[str]) -> str:
    if len(lines) > SHOWN_LINES:
        half = SHOWN_LINES // 2
        between = f"... {len(lines) - SHOWN_LINES} more lines ..."
        lines = [*lines[:half], between, *lines[-half:]]
    return "\n".join(lines)

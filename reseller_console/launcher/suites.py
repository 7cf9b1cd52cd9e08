"""`./console test`, `bench` and `servers`: on servers of their own, which then vanish."""

import os
import secrets

from reseller_console.launcher import environment
from reseller_console.launcher.foreground import run_in_foreground
from reseller_console.launcher.home import Home
from reseller_console.launcher.output import LauncherError
from reseller_console.launcher.servers import throwaway_servers
from reseller_console.launcher.stopping import Stopped, StopSignals
from reseller_console.launcher.variables import project_variables


def test(arguments: list[str]) -> int:
    """Run the test suite; what is asked for by hand wins over the defaults."""
    return _on_throwaway_servers(
        ["pytest", *_parallel(arguments), *arguments], profile="throwaway", locks=_locks()
    )


def bench(arguments: list[str]) -> int:
    """Run the benchmarks, on servers set up like real ones."""
    return _on_throwaway_servers(["benchmarks", *arguments], profile="benchmark", locks=_locks())


def servers() -> int:
    """Run the servers of the test suite for somebody else's pytest, until our input ends."""
    return _on_throwaway_servers(
        ["reseller_console.launcher.lend"], profile="throwaway", locks=_locks()
    )


def _parallel(arguments: list[str]) -> list[str]:
    by_hand = any(word.startswith(("-n", "--numprocesses")) for word in arguments)
    return [] if by_hand else ["-n", "auto", "--dist", "loadgroup"]


def _locks() -> list[str]:
    return [environment.RUN, environment.EMBEDDED, environment.DEVELOPMENT]


def _on_throwaway_servers(module: list[str], *, profile: str, locks: list[str]) -> int:
    if os.environ.get("CONSOLE_ENV") == "production":
        raise LauncherError(
            "CONSOLE_ENV=production, and tests and benchmarks make and drop databases."
            " Nothing was started; run them without it."
        )
    signals = StopSignals()
    python = environment.ensure_environment(locks)
    try:
        with throwaway_servers(environment.VENV, os.environ, profile, signals) as (servers, folder):
            home = Home(folder / "home")
            home.create()
            variables = project_variables(
                servers.addresses,
                kind="test",
                home=home,
                origin="http://127.0.0.1:8000",
                secret_key=secrets.token_urlsafe(36),
                venv=environment.VENV,
            )
            return run_in_foreground([str(python), "-m", *module], variables, signals)
    except Stopped as stopped:
        return 128 + stopped.number

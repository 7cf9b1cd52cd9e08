"""`./console test` and `./console bench`: on servers of their own, which then vanish."""

import os
import secrets
import subprocess
from pathlib import Path

from reseller_console.launcher import environment
from reseller_console.launcher.home import CHECKOUT, Home
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


def _parallel(arguments: list[str]) -> list[str]:
    by_hand = any(word.startswith(("-n", "--numprocesses")) for word in arguments)
    return [] if by_hand else ["-n", "auto", "--dist", "loadgroup"]


def _locks() -> list[str]:
    return [environment.RUN, environment.EMBEDDED, environment.DEVELOPMENT]


def _on_throwaway_servers(module: list[str], *, profile: str, locks: list[str]) -> int:
    signals = StopSignals()
    python = environment.ensure_environment(locks)
    try:
        with throwaway_servers(environment.VENV, os.environ, profile) as (servers, folder):
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
            return _run(python, module, variables, signals)
    except Stopped:
        return 130


def _run(python: Path, module: list[str], variables: dict[str, str], signals: StopSignals) -> int:
    """Run a module to its end; a signal to us goes on to it, and it gets time to tidy up."""
    child = None
    try:
        child = subprocess.Popen([str(python), "-m", *module], cwd=CHECKOUT, env=variables)
        return child.wait()
    except Stopped:
        assert child is not None
        with signals.deferred():
            child.terminate()
            try:
                child.wait(30)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        raise

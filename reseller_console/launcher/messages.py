"""`./console messages`: the message catalogs, which need no servers."""

import os
import secrets

from reseller_console.launcher import environment, project
from reseller_console.launcher.foreground import run_in_foreground
from reseller_console.launcher.home import Home
from reseller_console.launcher.stopping import Stopped, StopSignals
from reseller_console.launcher.variables import Addresses, project_variables

# The settings want addresses; nobody is asked there.
_NOWHERE = Addresses("postgres://nowhere/", "postgres://nowhere/", "redis://nowhere/")


def messages(arguments: list[str]) -> int:
    """Run manage.py messages with these arguments; return its exit code."""
    signals = StopSignals()
    python = environment.ensure_environment([environment.RUN, environment.DEVELOPMENT])
    variables = project_variables(
        _NOWHERE,
        kind="development",
        home=Home.from_environment(os.environ),
        origin="http://127.0.0.1:8000",
        secret_key=secrets.token_urlsafe(36),
        venv=environment.VENV,
    )
    try:
        command = project.manage_command(python, "messages", *arguments)
        return run_in_foreground(command, variables, signals)
    except Stopped as stopped:
        return 128 + stopped.number

"""Runs the one command somebody waits for at the terminal."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping

from reseller_console.launcher.home import CHECKOUT
from reseller_console.launcher.stopping import Stopped, StopSignals

GRACE_SECONDS = 30


def run_in_foreground(
    command: list[str], variables: Mapping[str, str], signals: StopSignals
) -> int:
    """Run a command to its end; a signal to us is one to it, and it gets time to tidy up.

    Ctrl-C at a terminal reaches the command by itself, and what that means is its own
    decision: an interactive shell goes on.
    """
    with signals.deferred():
        child = subprocess.Popen(command, cwd=CHECKOUT, env=dict(variables))
    while True:
        try:
            return child.wait()
        except Stopped as stopped:
            if stopped.number == signal.SIGINT and _terminal_is_ours():
                continue
            _pass_on(child, stopped.number, signals)
            raise


def _terminal_is_ours() -> bool:
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False


def _pass_on(child: subprocess.Popen[bytes], number: int, signals: StopSignals) -> None:
    with signals.deferred():
        child.send_signal(number)
        try:
            child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

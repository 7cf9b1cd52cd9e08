"""The servers of a pytest that was started by itself, at a prompt or by an editor.

`./console test` gives its pytest the servers and the environment. A pytest that has none asks the
launcher for the same, and they vanish when it ends, however it ends. Imports nothing of Django:
settings need the environment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
NEEDED = ("CONSOLE_ENV", "CONSOLE_ORIGIN", "DATABASE_URL", "BROKER_URL", "DJANGO_SETTINGS_MODULE")
LAUNCHER = [sys.executable, "-P", "-m", "reseller_console.launcher", "servers"]

_lender: subprocess.Popen[str] | None = None


def find() -> bool:
    """Bring the environment of the test servers into this process; False where it is there.

    Ends the process with a sentence where they cannot be had.
    """
    if all(name in os.environ for name in NEEDED):
        return False
    global _lender
    _lender = subprocess.Popen(
        LAUNCHER,
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        # It stops when this end of the pipe is closed, which even a kill does.
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Ctrl-C is for pytest, which needs the servers while it tidies up.
        start_new_session=True,
    )
    assert _lender.stdout is not None
    said = []
    for line in _lender.stdout:
        if line.startswith("{"):
            os.environ.update(json.loads(line))
            return True
        said.append(line)
    raise SystemExit(
        "The servers of the tests do not start; `./console test` makes what they need."
        f" The launcher says:\n{''.join(said)}"
    )

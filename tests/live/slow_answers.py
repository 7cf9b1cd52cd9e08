"""The console whose answers are held back, finished, while the file named by `HOLD` exists."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from reseller_console.wsgi import application as console

HOLD = Path(os.environ["HOLD"])


def application(environ: dict, start_response: Callable) -> Iterable[bytes]:
    """Let the console do its work, and only then wait before a byte of it is sent."""
    answer = console(environ, start_response)
    while environ["REQUEST_METHOD"] == "POST" and HOLD.exists():
        time.sleep(0.02)
    return answer

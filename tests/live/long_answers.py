"""The console, and beside it a long answer, made a piece at a time as the console's files are."""

from collections.abc import Callable, Iterable

from reseller_console.wsgi import application as console

# More than the kernel takes for somebody who does not read.
PIECE, PIECES = b"x" * 8191 + b"\n", 512
LONG = PIECE * PIECES


def application(environ: dict, start_response: Callable) -> Iterable[bytes]:
    """Answer `/long.csv` itself, anything else as the console does."""
    if environ["PATH_INFO"] != "/long.csv":
        return console(environ, start_response)
    start_response("200 OK", [("Content-Type", "text/csv")])
    return (PIECE for _ in range(PIECES))

"""Ports: free ones for the servers inside, and the listening socket of the web."""

import errno
import socket

from reseller_console.launcher.output import LauncherError, say

DEFAULT_PORT = 8000


def free_port(wanted: int | None = None) -> int:
    """Return a port of 127.0.0.1 nobody listens on; the wanted one if it is free."""
    for port in [wanted, 0] if wanted else [0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port or 0))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise LauncherError("no free port on 127.0.0.1")


def listen(port: int | None) -> socket.socket:
    """Return the socket the web answers on.

    It belongs to the supervisor, so while the web restarts, callers wait in its queue
    instead of being refused. A port asked for by name is used or refused; the default one
    may be replaced by a neighbor.
    """
    first = DEFAULT_PORT if port is None else port
    candidates = [first] if port is not None else [*range(first, first + 100), 0]
    for candidate in candidates:
        web = socket.socket()
        web.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            web.bind(("127.0.0.1", candidate))
        except OSError as error:
            web.close()
            if error.errno not in {errno.EADDRINUSE, errno.EACCES} or port is not None:
                raise LauncherError(f"port {candidate} cannot be used: {error.strerror}") from error
            continue
        web.listen(2048)
        if web.getsockname()[1] != first and port is None:
            say(f"Port {first} is taken; using {web.getsockname()[1]}.")
        return web
    raise LauncherError("no free port on 127.0.0.1")

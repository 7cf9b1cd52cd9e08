"""A crowd of slow people in a process of its own, called with a port, a number and their kinds.

Each sends what its kind begins with, and then a byte a second; readers read a byte a second. It
says "ready" when all have begun, and goes on until it is killed.
"""

from __future__ import annotations

import contextlib
import resource
import socket
import sys
import time

POST = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000\r\n\r\n"
BEGINNINGS = {
    "nothing": b"",
    "a letter": b"G",
    "heads": POST,
    "bodies": POST + FORM,
    "chunks": POST + b"Transfer-Encoding: chunked\r\n\r\n2328\r\n",
    "readers": b"GET /long.csv HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    "kept": b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
}
# They send nothing more; what is there for them is read slowly.
QUIET = {"nothing", "readers", "kept"}
# Everybody has a turn once in so many steps, which together take a second.
STEPS = 20


def begin(port: int, kind: str) -> socket.socket:
    """Connect one of them, and send the beginning."""
    line = socket.socket()
    # Little is on its way while nobody reads.
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.settimeout(30)
    line.connect(("127.0.0.1", port))
    line.sendall(BEGINNINGS[kind])
    if kind == "readers":
        line.recv(1)
    line.setblocking(False)
    return line


def go_on(line: socket.socket, kind: str) -> None:
    """Send or read one byte more, as far as there still is somebody."""
    with contextlib.suppress(OSError):
        if kind in QUIET:
            line.recv(1)
        else:
            line.send(b"a")


def main(port: str, count: str, *kinds: str) -> None:
    """Run a crowd, of all kinds in turn."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, most), most))
    who = [kinds[number % len(kinds)] for number in range(int(count))]
    crowd = [(begin(int(port), kind), kind) for kind in who]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        for step in range(STEPS):
            for line, kind in crowd[step::STEPS]:
                go_on(line, kind)
            time.sleep(1 / STEPS)


if __name__ == "__main__":
    main(*sys.argv[1:])

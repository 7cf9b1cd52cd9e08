"""gunicorn's threaded worker, made deaf to people who talk slowly.

Plain gunicorn gives a thread to any client that has sent one byte, for as long as the rest takes;
eight such clients, or a browser that connects ahead of need, stop everyone. Here requests
are received in many cheap threads, against a deadline, and only complete ones take one of
the few places at which the console works.
"""

from __future__ import annotations

import errno
import io
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from gunicorn.workers.gthread import ThreadWorker

RECEIVERS = 64
# How long a request may take to arrive, and an answer may find no one who reads on.
ARRIVAL_SECONDS = 15.0
# Longer bodies are refused before they are read (`middleware.BodyLimit`).
LONGEST_BODY = 2 * 1024 * 1024


class PunctualSocket:
    """A socket from which everything has to be received before `until`."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.until = 0.0

    def __getattr__(self, name: str) -> object:
        """Be the socket in everything else."""
        return getattr(self.sock, name)

    def recv(self, *arguments: int) -> bytes:
        """Receive some bytes; the connection counts as lost when time is up."""
        left = self.until - time.monotonic()
        try:
            self.sock.settimeout(max(left, 0.001))
            return self.sock.recv(*arguments)
        except TimeoutError:
            raise ConnectionResetError(errno.ECONNRESET, "It did not arrive in time.") from None
        finally:
            self.sock.settimeout(ARRIVAL_SECONDS)


class Worker(ThreadWorker):
    """Named as text in gunicorn's configuration, which imports nothing of ours."""

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """Return the threads that receive; `threads` of them may work at once."""
        self.places = threading.BoundedSemaphore(self.cfg.threads)
        return ThreadPoolExecutor(RECEIVERS, thread_name_prefix="web")

    def handle(self, conn):
        """Receive one request within the time, and answer it."""
        if not isinstance(conn.sock, PunctualSocket):
            conn.sock = PunctualSocket(conn.sock)
        conn.sock.until = time.monotonic() + ARRIVAL_SECONDS
        return super().handle(conn)

    def handle_request(self, req, conn):
        """Answer a request whose head is here, once its body is here too."""
        length = dict(req.headers).get("CONTENT-LENGTH", "")
        if length.isdecimal() and 0 < int(length) <= LONGEST_BODY:
            req.body = io.BytesIO(req.body.read())
        with self.places:
            return super().handle_request(req, conn)

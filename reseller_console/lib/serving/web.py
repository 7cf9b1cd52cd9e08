"""The web server: waitress, which takes a request in whole before one of a few threads sees it.

Run with the application and where: address:port, or fd://N, a socket that was inherited and that
several processes may share. What waitress lacks is here: requests arrive within a time, a stop
lets answers finish, and what was asked is logged.
"""

from __future__ import annotations

import logging
import os
import pkgutil
import resource
import signal
import socket
import sys
import time

from structlog.contextvars import bound_contextvars
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask
from waitress.utilities import RequestEntityTooLarge

from reseller_console.lib.logs.context import IDS

# So long a request may take to arrive, a kept connection wait for one, an answer for a reader.
PATIENCE = 15
# So long a stop waits for what has begun.
STOP_SECONDS = 20
# Longer bodies are refused before they are read (`middleware.BodyLimit`).
LONGEST_BODY = 2 * 1024 * 1024
SETTINGS = {
    "threads": int(os.environ.get("CONSOLE_WEB_THREADS", "4")),
    "connection_limit": 2_000,
    "max_request_header_size": 32 * 1024,
    "max_request_body_size": LONGEST_BODY + 1,
    # What is longer is kept in a file. No thread waits for a reader: no answer is as long as that.
    "inbuf_overflow": 64 * 1024,
    "outbuf_overflow": 256 * 1024,
    "outbuf_high_watermark": 1024**3,
    # Django knows which headers to believe (`CONSOLE_BEHIND_PROXY`).
    "clear_untrusted_proxy_headers": False,
    "cleanup_interval": 1,
}
PROXIES = os.environ.get("CONSOLE_PROXY_ADDRESSES", "127.0.0.1").split(",")


class Task(WSGITask):
    """A request that a thread answers."""

    def get_environment(self):
        """Return what the application is told: by named proxies, whether people came by https."""
        environ = super().get_environment()
        if environ.get("HTTP_X_FORWARDED_PROTO") == "https" and environ["REMOTE_ADDR"] in PROXIES:
            environ["wsgi.url_scheme"] = "https"
        return environ

    def finish(self):
        """Log a line, if any are wanted; secrets are cut out where lines are formatted."""
        super().finish()
        if os.environ.get("CONSOLE_ACCESS_LOG"):
            asked, took = self.request, 1000 * (time.time() - self.start_time)
            line = f'"{asked.command} {asked.request_uri}" {self.status} {took:.0f} ms'
            with bound_contextvars(**(self.environ or {}).get(IDS, {})):
                logging.getLogger("console.access").info("%s", line)


class Channel(HTTPChannel):
    """A connection; `last_activity` is when its time began to run."""

    task_class = Task
    last_activity: float

    def handle_read(self):
        """Receive some bytes; in the midst of a request they buy no time."""
        arriving, before = self.request, self.last_activity
        super().handle_read()
        if arriving is not None and self.request is arriving:
            self.last_activity = before

    def service(self):
        """Answer a request: one that is too long by the page about that, the last one for good."""
        request = self.requests[0]
        if isinstance(request.error, RequestEntityTooLarge):
            request.error = None
            request.headers |= {"CONTENT_LENGTH": str(LONGEST_BODY + 1), "CONNECTION": "close"}
        if not self.server.accepting:
            request.headers["CONNECTION"] = "close"
        super().service()

    def end_if_late(self, now):
        """End the connection when its time is over; soon, where nothing begun is left to finish."""
        begun = self.request or self.total_outbufs_len
        patience = PATIENCE if begun or self.server.accepting else 1
        if not self.requests and self.last_activity + patience < now:
            self.handle_close()


def serve(application: str, where: str) -> None:
    """Serve an application ("module:name") until SIGTERM or SIGINT, then finish what has begun."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (8_000 if most < 0 else min(8_000, most), most))
    # That a request waits for a thread is no news.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    inherited = where.startswith("fd://")
    at = {"sockets": [socket.socket(fileno=int(where[5:]))]} if inherited else {"listen": where}
    server = create_server(pkgutil.resolve_name(application), **at, **SETTINGS)
    server.channel_class = Channel
    # By itself waitress keeps what nobody reads.
    server.maintenance = lambda now: [
        channel.end_if_late(now) for channel in list(server.active_channels.values())
    ]
    # Who else listens at the socket takes over.
    stop = lambda *_: (wasyncore.dispatcher.close(server), server.pull_trigger())  # noqa: E731
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server.print_listen("Listening at {}:{}")
    while server.accepting:
        wasyncore.loop(1, use_poll=True, map=server._map, count=1)
    until = time.monotonic() + STOP_SECONDS
    while server.active_channels and time.monotonic() < until:
        wasyncore.loop(0.05, use_poll=True, map=server._map, count=1)
        server.maintenance(time.time())
    # Whoever asks once more while Python ends gets the same end.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    serve(*sys.argv[1:])

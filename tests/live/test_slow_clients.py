"""C40: people who send a byte a second do not keep others waiting, and are cut in the end."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest
import requests

from reseller_console.lib.serving import web_worker
from tests.live.processes import seconds_of

# One worker of the test run has all of them.
pytestmark = pytest.mark.xdist_group("live")

HEAD = b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BODY = HEAD + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9000\r\n\r\n"


@contextlib.contextmanager
def trickling(house, *, beginning: bytes, people: int = 24):
    """Let some people send a beginning and then a byte a second; yields their connections."""
    over = threading.Event()
    lines = [socket.create_connection(("127.0.0.1", house.port)) for _ in range(people)]

    def trickle() -> None:
        while not over.wait(1):
            for line in lines:
                with contextlib.suppress(OSError):
                    line.sendall(b"a")

    for line in lines:
        line.sendall(beginning)
    thread = threading.Thread(target=trickle, daemon=True)
    thread.start()
    try:
        yield lines
    finally:
        over.set()
        thread.join()
        for line in lines:
            line.close()


@pytest.mark.parametrize("beginning", [b"G", HEAD, BODY], ids=["an email", "a head", "a body"])
def test_slow_people_do_not_keep_others_waiting(house, beginning):
    with trickling(house, beginning=beginning):
        time.sleep(1.5)
        answers = []
        for _ in range(5):
            seconds = seconds_of(
                lambda: answers.append(requests.get(f"{house.origin}/healthz", timeout=10))
            )
            assert seconds < 2
        assert [answer.status_code for answer in answers] == [200] * 5


def test_connections_that_say_nothing_do_not_keep_others_waiting(house):
    with trickling(house, beginning=b""):
        assert requests.get(f"{house.origin}/healthz", timeout=3).status_code == 200


def test_slow_people_are_cut_in_the_end(house):
    slow_head = trickling(house, beginning=HEAD, people=1)
    slow_body = trickling(house, beginning=BODY, people=1)
    with slow_head as [one], slow_body as [other]:
        for line in (one, other):
            line.settimeout(web_worker.ARRIVAL_SECONDS + 5)
            with contextlib.suppress(ConnectionResetError):
                assert line.recv(1) == b""


def test_a_whole_body_in_small_pieces_arrives(house):
    with socket.create_connection(("127.0.0.1", house.port), timeout=20) as line:
        line.sendall(BODY.replace(b"9000", b"9"))
        for email in b"login=abc":
            line.sendall(bytes([email]))
            time.sleep(0.05)
        assert line.recv(12) == b"HTTP/1.1 403", "it was read, and its token is missing"

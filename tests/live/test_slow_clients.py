"""C40: six hundred people who send or read a byte a second keep nobody waiting, and are cut."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
import requests

from reseller_console.launcher.home import CHECKOUT
from reseller_console.lib.serving.web import PATIENCE
from tests.live.long_answers import LONG
from tests.live.processes import seconds_of
from tests.live.slow_crowd import BEGINNINGS, FORM, POST, begin

# One worker of the test run has all of them.
pytestmark = pytest.mark.xdist_group("live")

LONG_ANSWERS = "tests.live.long_answers:application"
CROWD = 600
# Of those who read: what they leave unread is megabytes for each. Threads there are eight.
READERS = 100
# What a busy machine may add to a page, whoever else is there.
NOISE_SECONDS = 0.25


@pytest.fixture(scope="module")
def town(open_another):
    """The console, and a long answer beside it."""
    with open_another(LONG_ANSWERS) as house:
        yield house


@contextlib.contextmanager
def crowd(house, people: int, kinds: list[str]):
    """Let so many slow people in, of these kinds in turn."""
    command = [sys.executable, "-m", "tests.live.slow_crowd", str(house.port), str(people), *kinds]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as begun:
        try:
            assert begun.stdout.readline() == "ready\n"
            yield
        finally:
            begun.kill()


def p95(house) -> float:
    """Return how long a page takes at most, nineteen times out of twenty; each time it comes."""

    def look() -> None:
        page = requests.get(f"{house.origin}/accounts/login/", timeout=20)
        assert page.status_code == 200

    took = []
    for _ in range(60):
        took.append(seconds_of(look))
        time.sleep(0.02)
    return sorted(took)[56]


@pytest.mark.parametrize(
    ("people", "kinds"),
    [
        (CROWD, ["heads"]),
        (CROWD, ["bodies"]),
        (READERS, ["readers"]),
        (CROWD, list(BEGINNINGS)),
    ],
    ids=["heads", "bodies", "readers", "a mix"],
)
def test_c40_slow_people_do_not_keep_others_waiting(town, people, kinds):
    without = p95(town)
    with crowd(town, people, kinds):
        time.sleep(1.5)
        among_them = p95(town)
    assert among_them <= max(2 * without, without + NOISE_SECONDS)


def seconds_until_cut(line: socket.socket, seconds: float, *, going_on: bytes = b"") -> float:
    """Return after how long a connection is ended on which somebody still sends a little."""
    began = time.monotonic()
    line.settimeout(0.5)
    while time.monotonic() - began < seconds:
        try:
            if going_on:
                line.sendall(going_on)
            if line.recv(65_536) == b"":
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - began


def test_c40_slow_people_are_cut_in_the_end(town):
    """All at the same time, because it takes a while."""
    took: dict[str, float] = {}

    def sit_out(kind: str) -> None:
        with begin(town.port, kind) as line:
            going_on = b"" if kind in ("nothing", "kept") else b"a"
            took[kind] = seconds_until_cut(line, PATIENCE + 10, going_on=going_on)

    kinds = [kind for kind in BEGINNINGS if kind != "readers"]
    threads = [threading.Thread(target=sit_out, args=[kind]) for kind in kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {kind: PATIENCE - 1 < seconds < PATIENCE + 5 for kind, seconds in took.items()} == (
        dict.fromkeys(kinds, True)
    )


def test_c40_an_answer_that_nobody_reads_is_dropped(town):
    with begin(town.port, "readers") as line:
        time.sleep(PATIENCE + 3)
        line.settimeout(5)
        rest = bytearray()
        with contextlib.suppress(ConnectionError):
            while piece := line.recv(65_536):
                rest += piece
    assert len(rest) < len(LONG)


def test_a_whole_body_in_small_pieces_arrives(town):
    with socket.create_connection(("127.0.0.1", town.port), timeout=20) as line:
        line.sendall(POST + FORM.replace(b"9000", b"9"))
        for letter in b"login=abc":
            line.sendall(bytes([letter]))
            time.sleep(0.05)
        assert line.recv(12) == b"HTTP/1.1 403", "it was read, and its token is missing"


def read_slowly(house, answer: list[bytes]) -> None:
    """Read the long answer in small steps."""
    with begin(house.port, "readers") as line:
        line.settimeout(20)
        received = bytearray(b"H")
        while piece := line.recv(8192):
            received += piece
            time.sleep(0.001)
        answer.append(bytes(received))


def test_a_long_answer_that_is_read_slowly_comes_whole_also_when_the_server_stops(open_another):
    with open_another(LONG_ANSWERS) as house:
        answers: list[bytes] = []
        readers = [threading.Thread(target=read_slowly, args=[house, answers]) for _ in range(4)]
        for reader in readers:
            reader.start()
        time.sleep(0.3)
        for service in house.webs:
            service.process.send_signal(signal.SIGTERM)
        for reader in readers:
            reader.join()
        assert [service.process.wait(20) for service in house.webs] == [0, 0]
    assert [answer.startswith(b"HTTP/1.1 200 OK") for answer in answers] == [True] * 4
    assert [answer.count(b"x") >= LONG.count(b"x") for answer in answers] == [True] * 4


def test_one_process_that_is_killed_leaves_the_others_serving(open_another):
    with open_another() as house:
        house.webs[0].kill()
        for _ in range(10):
            assert requests.get(f"{house.origin}/healthz", timeout=5).status_code == 200

"""The proxy of `docker-compose.yml`, before a console: each address has so many connections."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import yaml

from reseller_console.launcher.home import CHECKOUT
from reseller_console.launcher.ports import free_port
from reseller_console.launcher.service import Service
from tests.live.processes import answers
from tests.live.slow_crowd import POST

PROGRAM = shutil.which("haproxy")
pytestmark = [
    pytest.mark.xdist_group("live"),
    pytest.mark.skipif(
        PROGRAM is None, reason="HAProxy is not installed (apt-get install haproxy)"
    ),
]
LIMIT = 100


def configuration(port: int, web: int) -> str:
    """Return the file's configuration, without TLS, at other addresses."""
    compose = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
    text = compose["configs"]["proxy"]["content"]
    assert f"gt {LIMIT} }}" in text
    for old, new in (
        ("bind :80\n", f"bind 127.0.0.1:{port}\n"),
        (r"bind :443 .*\n", "\n"),
        ("http-request redirect .*\n", "\n"),
        (r"web:8000 check resolvers docker", f"127.0.0.1:{web} check"),
    ):
        text, times = re.subn(old, new, text)
        assert times == 1, old
    return text


@pytest.fixture
def proxy(house, tmp_path) -> Iterator[int]:
    """The proxy before the running console; its port."""
    port = free_port()
    file = tmp_path / "haproxy.cfg"
    file.write_text(configuration(port, house.port))
    command = [PROGRAM, "-db", "-f", str(file)]
    ready = lambda _pid: answers(port)  # noqa: E731
    service = Service(name="proxy", command=command, log=tmp_path / "log", ready=ready)
    service.start()
    try:
        service.wait_ready(20)
        yield port
    finally:
        service.kill()


def is_open(line: socket.socket) -> bool:
    """Tell whether nobody has ended this connection."""
    line.setblocking(False)
    try:
        return line.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def test_c40_an_address_has_so_many_connections_and_others_go_on(proxy):
    with ExitStack() as stack:
        lines = []
        for _ in range(LIMIT + 50):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", proxy)))
            lines.append(line)
            try:
                line.sendall(POST)
            except OSError:
                continue
        time.sleep(0.5)
        assert LIMIT - 5 <= sum(map(is_open, lines)) <= LIMIT
        other = http.client.HTTPConnection("127.0.0.1", proxy, source_address=("127.0.0.2", 0))
        other.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
        assert other.getresponse().status == 200
        other.close()
        assert not answers(proxy), "the first address has no connection left"

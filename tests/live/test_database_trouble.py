"""A database that is slow, full or cuts the line: calm pages, and no harm."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from authorizations.models import PurchaseAuthorization
from tests.live import databases
from tests.live.conftest import a_product
from tests.live.people import statuses
from tests.live.processes import eventually, seconds_of

# One worker of the test run has all of them.
pytestmark = pytest.mark.xdist_group("live")

ALICE = "alice@north.example"


@pytest.fixture
def purchase(house, new_customer):
    """The dialog of a new customer: its path and its form."""
    path = f"/customers/{new_customer().vip_id}/authorizations/new/"
    fields = house.person(ALICE).form(path)
    return path, fields | {"product": [str(a_product().pk)], "quantity": ["3"]}


def made(path: str) -> int:
    return PurchaseAuthorization.objects.filter(customer__vip_id=path.split("/")[2]).count()


def test_c26_a_line_cut_between_two_statements_undoes_the_first(house, purchase):
    alice, (path, fields) = house.person(ALICE), purchase
    with house.held("notifications_email"), ThreadPoolExecutor(1) as pool:
        answer = pool.submit(alice.send_together, [(path, fields)])
        assert eventually(house.waiting_backends)
        cut(house, house.waiting_backends())
        [unavailable] = answer.result(30)
    assert unavailable.status_code == 503
    assert unavailable.headers["Retry-After"]
    assert made(path) == 0
    assert statuses(alice.send_together([(path, fields)])) == {302}
    assert made(path) == 1


def test_c29_a_statement_that_waits_too_long_is_cut_and_frees_its_place(house, purchase):
    alice, (path, fields) = house.person(ALICE), purchase
    with house.held("notifications_email"):
        answers = []
        seconds = seconds_of(lambda: answers.extend(alice.send_together([(path, fields)])))
        assert statuses(answers) == {503}
        assert 4 < seconds < 8
        assert alice.get("/customers/").status_code == 200
    assert made(path) == 0
    assert statuses(alice.send_together([(path, fields)])) == {302}


def test_c27_without_free_connections_pages_say_so_quickly_and_recover(house):
    alice = house.person(ALICE)
    with no_connections(house):
        answers = []
        seconds = seconds_of(lambda: answers.append(alice.get("/customers/")))
        assert statuses(answers) == {503}
        assert seconds < 4
    # Each web process finds its way back by itself. A window keeps to the process it has talked
    # to: only new ones reach all of them, and a thread keeps its connection: only as many windows
    # at once as there are threads find every one that was cut.
    assert eventually(lambda: statuses(in_new_windows(alice, 16)) == {200}, 15)


def in_new_windows(person, times: int) -> list:
    """Open the customers in so many windows at once."""
    windows = [person.another_window() for _ in range(times)]
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda window: window.get("/customers/"), windows))


@contextmanager
def no_connections(house):
    """Cut every connection of the house and let it make no new one."""
    allow(house, 0)
    # The connection of this process is cut as well.
    connection.close()
    try:
        databases.end_connections(house.database)
        yield
    finally:
        allow(house, -1)


def allow(house, connections: int) -> None:
    """Limit the connections to the database of the house; -1 lifts the limit."""
    databases.run_as_owner(
        sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}").format(
            sql.Identifier(house.database), sql.Literal(connections)
        )
    )


def cut(house, backends: list[int]) -> None:
    """End server processes of the house."""
    with psycopg.connect(databases.address_of(house.database)) as link:
        for pid in backends:
            link.execute("SELECT pg_terminate_backend(%s)", [pid])


def test_c40_a_body_of_a_hundred_megabytes_is_refused_unread(house):
    alice = house.person(ALICE)
    # A thread whose connection was cut before says 503 once: what is measured comes after that.
    assert eventually(lambda: {send_a_lot(house, alice) for _ in range(8)} == {413})
    answers = []
    seconds = seconds_of(lambda: answers.append(send_a_lot(house, alice)))
    assert answers == [413]
    assert seconds < 2


def send_a_lot(house, alice) -> int:
    """Announce a hundred megabytes, begin to send them, and return the status."""
    cookies = "; ".join(f"{name}={value}" for name, value in alice.browser.cookies.items())
    with socket.create_connection(("127.0.0.1", house.port), timeout=10) as line:
        line.sendall(
            b"POST /customers/new/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 104857600\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\nCookie: "
            + cookies.encode()
            + b"\r\n\r\n"
            + b"x" * 65536
        )
        return int(line.recv(12).split()[1])

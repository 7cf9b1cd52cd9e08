"""Waking the sender never makes anybody wait."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from notifications import doorbell, outbox, tasks
from reseller_console.celery import app
from tests.notifications import facts


@pytest.fixture
def broker_at() -> Iterator:
    """Return a function that points the doorbell at another broker."""
    before = app.conf.broker_url
    old_ringer = doorbell._ringer

    def point(port: int) -> None:
        app.conf.broker_url = f"redis://127.0.0.1:{port}/0"
        doorbell._ringer = None

    yield point
    app.conf.broker_url = before
    doorbell._ringer = old_ringer


@pytest.fixture
def closed_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


@pytest.fixture
def black_hole() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen(50)
        yield held.getsockname()[1]


def seconds_of_a_post(key: str) -> float:
    began = time.perf_counter()
    outbox.post(
        template="pa_created", key=key, to_address="v@customer.example", context=facts.AUTHORIZATION
    )
    return time.perf_counter() - began


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("trouble", ["closed_port", "black_hole"])
def test_a_broker_that_does_not_answer_delays_no_email(trouble, request, broker_at):
    broker_at(request.getfixturevalue(trouble))
    assert max(seconds_of_a_post(f"key {n}") for n in range(20)) < 0.5


def test_a_broker_that_is_down_is_logged_once(broker_at, closed_port, caplog):
    broker_at(closed_port)
    ringer = doorbell.Ringer()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            ringer.send({(doorbell.SEND_EMAILS, ()): {}})
    assert len([r for r in caplog.records if "broker does not answer" in r.message]) == 1


def test_rings_that_wait_are_rung_once(monkeypatch):
    rung, first, go_on = [], threading.Event(), threading.Event()

    def send(self, wishes) -> None:
        rung.extend(wishes.items())
        first.set()
        go_on.wait(10)

    monkeypatch.setattr(doorbell.Ringer, "send", send)
    ringer = doorbell.Ringer()
    ringer.ask(("a", ()), {})
    assert first.wait(10)
    for number, wish in enumerate([("a", ()), ("b", (1,)), ("a", ()), ("b", (1,)), ("b", (2,))]):
        ringer.ask(wish, {"request_id": number})
    go_on.set()

    for _ in range(100):
        if len(rung) == 4:
            break
        time.sleep(0.01)
    assert [wish for wish, _ids in rung] == [("a", ()), ("a", ()), ("b", (1,)), ("b", (2,))]
    assert [ids.get("request_id") for _wish, ids in rung] == [None, 0, 1, 4], "the first asked"


def test_rings_that_wait_go_out_over_one_connection(monkeypatch):
    sent, opened = [], []
    real = app.connection_for_write
    monkeypatch.setattr(
        app, "connection_for_write", lambda **options: opened.append(1) or real(**options)
    )
    monkeypatch.setattr(app, "send_task", lambda task, args, **_options: sent.append((task, args)))
    doorbell.Ringer().send({("a", (n,)): {} for n in range(50)})
    assert len(sent) == 50
    assert len(opened) == 1


def test_the_bell_wakes_the_task_by_its_name(monkeypatch):
    sent = []
    monkeypatch.setattr(app, "send_task", lambda *names, **options: sent.append((names, options)))
    doorbell.Ringer().send({(doorbell.SEND_EMAILS, ()): {"request_id": "4711"}})

    ((names, options),) = sent
    assert names == ("notifications.tasks.send_emails",)
    assert options["retry"] is False
    assert options["headers"] == {"console": {"request_id": "4711"}}
    assert tasks.send_emails.name == doorbell.SEND_EMAILS


def test_a_thread_rings_through_the_consoles_own_application():
    found = []
    thread = threading.Thread(target=lambda: found.append(doorbell.current_app.main))
    thread.start()
    thread.join()
    assert found == ["reseller_console"]


def test_a_forked_process_gets_its_own_bell(monkeypatch):
    doorbell.ring("tests.nobody")
    before = doorbell._ringer
    monkeypatch.setattr(doorbell.os, "getpid", lambda: -1)
    doorbell.ring("tests.nobody")
    assert doorbell._ringer is not before

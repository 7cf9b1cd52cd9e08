"""A provider over HTTP: the requests it really gets, and what its real answers mean."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from notifications.models import Email
from notifications.sending import sender


class Server(ThreadingHTTPServer):
    """Delivers each key once, and answers as it is told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict] = []
        self.delivered: dict[str, str] = {}
        self.statuses: list[int] = []
        self.silent_for = 0.0


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key = self.headers["Idempotency-Key"]
        self.server.asked.append({"key": key, "headers": self.headers, "body": json.loads(body)})
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        if status == 200:
            self.server.delivered.setdefault(key, f"id-{len(self.server.delivered) + 1}")
            time.sleep(self.server.silent_for)
        self.send_response(status)
        if status == 429:
            self.send_header("Retry-After", "600")
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"id": self.server.delivered.get(key)}).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def resend(settings) -> Iterator[Server]:
    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.MAILERS = {"default": {"BACKEND": "notifications.sending.resend.EmailBackend"}}
    settings.ANYMAIL = {
        "RESEND_API_KEY": "test",
        "RESEND_API_URL": f"http://127.0.0.1:{server.server_port}/",
        "REQUESTS_TIMEOUT": (1, 0.3),
        "IGNORE_UNSUPPORTED_FEATURES": True,
    }
    yield server
    server.shutdown()
    server.server_close()


def test_the_request_carries_the_email_and_its_key(put_email, resend, delivery_of):
    email = put_email("customer_invited")
    sender.send_waiting()

    (asked,) = resend.asked
    assert delivery_of(email) == "sent"
    assert len(asked["key"]) == 64
    assert asked["body"]["subject"] == "Õpi & Co: join the Value Incentive Plan"
    assert asked["body"]["to"] == [f"Vera Vaher <{email.to_address}>"]
    assert "/invitations/" in asked["body"]["text"]
    assert "/invitations/" in asked["body"]["html"]
    email.refresh_from_db()
    assert email.provider_id == "id-1"


def test_an_answer_that_comes_too_late_makes_no_second_delivery(
    put_email, resend, delivery_of, make_due
):
    email = put_email()
    resend.silent_for = 0.6
    sender.send_waiting()
    assert delivery_of(email) == "queued"

    resend.silent_for = 0
    make_due()
    sender.send_waiting()
    assert delivery_of(email) == "sent"
    assert [a["key"] for a in resend.asked] == [resend.asked[0]["key"]] * 2
    assert resend.asked[0]["body"] == resend.asked[1]["body"]
    assert len(resend.delivered) == 1


def test_a_provider_that_was_down_gets_every_email_once(put_email, resend, make_due):
    for _ in range(12):
        put_email()
    resend.statuses = [503] * 20
    for _ in range(4):
        sender.send_waiting()
        make_due()
    sender.send_waiting()

    assert len(resend.delivered) == 12
    assert not Email.objects.undecided().exists()


def test_a_provider_that_is_not_there_is_waited_for(put_email, resend, delivery_of, settings):
    settings.ANYMAIL = {**settings.ANYMAIL, "RESEND_API_URL": "http://127.0.0.1:9/"}
    email = put_email()
    sender.send_waiting()

    email.refresh_from_db()
    assert delivery_of(email) == "queued"
    assert email.handed_over_at is None


@pytest.mark.parametrize(
    ("status", "state"), [(422, "failed"), (429, "queued"), (500, "queued"), (401, "queued")]
)
def test_a_clear_refusal_is_believed(put_email, resend, delivery_of, status, state):
    email = put_email()
    resend.statuses = [status]
    sender.send_waiting()

    email.refresh_from_db()
    assert delivery_of(email) == state
    assert email.handed_over_at is None or state == "failed"
    assert str(status) in email.last_error

"""What monitoring is told."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from notifications.models import Email
from reseller_console import health
from tests.notifications.test_doorbell import black_hole, broker_at, closed_port  # noqa: F401


@pytest.fixture(autouse=True)
def ask_afresh(monkeypatch):
    monkeypatch.setattr(health, "_broker", health._Broker())


def test_a_process_that_answers_is_alive():
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.parametrize("broker, status", [(True, "ok"), (False, "degraded")])
def test_without_its_broker_the_console_is_degraded_and_works(
    db, monkeypatch, settings, broker, status
):
    monkeypatch.setattr(health, "broker_answers", lambda: broker)
    answer = Client().get("/healthz/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": status,
        "database": True,
        "broker": broker,
        "oldest_waiting_email_seconds": 0,
        "mail_configured": True,
        "release": settings.RELEASE,
    }


def test_without_its_database_it_is_down(monkeypatch):
    def trouble() -> int:
        raise OperationalError

    monkeypatch.setattr(health, "broker_answers", lambda: True)
    monkeypatch.setattr(health, "oldest_waiting_seconds", trouble)
    answer = Client().get("/healthz/ready")
    assert answer.status_code == 503
    assert answer.json()["status"] == "down"


def test_it_tells_how_long_the_oldest_email_has_waited(put_email, monkeypatch):
    monkeypatch.setattr(health, "broker_answers", lambda: True)
    put_email(not_before=timezone.now() + dt.timedelta(hours=5))
    waiting = put_email()
    ago = timezone.now() - dt.timedelta(minutes=5)
    Email.objects.filter(pk=waiting.pk).update(not_before_at=ago)

    seconds = Client().get("/healthz/ready").json()["oldest_waiting_email_seconds"]
    assert 300 <= seconds < 310


@pytest.mark.parametrize("trouble", ["closed_port", "black_hole"])
def test_a_silent_broker_costs_a_moment_and_only_once(db, trouble, request, broker_at):  # noqa: F811
    broker_at(request.getfixturevalue(trouble))
    began = time.perf_counter()
    answers = [Client().get("/healthz/ready").json()["status"] for _ in range(5)]
    assert answers == ["degraded"] * 5
    assert time.perf_counter() - began < 4

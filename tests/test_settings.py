"""Settings that only a fresh process can show: what production refuses to start with."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PRODUCTION = {
    "CONSOLE_ENV": "production",
    "CONSOLE_SECRET_KEY": "not the one of production, and long enough to be taken",
    "CONSOLE_ORIGIN": "https://console.example",
    "DATABASE_URL": "postgres://console_app@127.0.0.1:1/console",
    "BROKER_URL": "redis://127.0.0.1:1/0",
}


def start(**variables: str) -> str:
    """Import the settings in a process of its own; return what it said of the day or of trouble."""
    code = "from reseller_console import settings; print('today:', settings.CONSOLE_TODAY)"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"]} | PRODUCTION | variables,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return answer.stdout + answer.stderr


def test_production_refuses_a_pinned_calendar():
    assert "production must not set it" in start(CONSOLE_TODAY="2026-03-02")


@pytest.mark.parametrize("environment", ["development", "test"])
def test_elsewhere_the_calendar_can_be_pinned(environment):
    assert "today: 2026-03-02" in start(CONSOLE_ENV=environment, CONSOLE_TODAY="2026-03-02")


@pytest.mark.parametrize("text", ["02.03.2026", "2026-02-30", "tomorrow"])
def test_a_pinned_day_is_a_date(text):
    assert "ValueError" in start(CONSOLE_ENV="test", CONSOLE_TODAY=text)


@pytest.mark.parametrize("length", [0, 1, 49])
def test_production_does_not_start_with_a_short_secret(length):
    said = start(CONSOLE_SECRET_KEY="k" * length)
    assert f"CONSOLE_SECRET_KEY has {length} characters" in said
    assert not any(line.startswith("today:") for line in said.splitlines())


@pytest.mark.parametrize(("kind", "length"), [("production", 50), ("development", 8), ("test", 8)])
def test_a_secret_that_is_long_enough_does_and_so_does_any_elsewhere(kind, length):
    assert "today:" in start(CONSOLE_ENV=kind, CONSOLE_SECRET_KEY="k" * length)


def test_production_is_never_without_https():
    assert "must begin with https://" in start(CONSOLE_ORIGIN="http://console.example")

"""A Python whose emails are unsafe: said in development, refused in production."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from celery.signals import beat_init, celeryd_init
from django.core.checks import ERROR, INFO

from reseller_console import celery
from reseller_console.launcher import environment, interpreter
from reseller_console.starting import check_python, refuse_unsafe_python
from tests.test_settings import PRODUCTION

COMPLAINT = "Python 3.12.1 writes unsafe emails"
needs_a_hole = pytest.mark.skipif(not interpreter.complaint(), reason="this Python is mended")


def start_web(**variables: str) -> subprocess.CompletedProcess[str]:
    """Load the web application in a process of its own, in production."""
    return subprocess.run(
        [sys.executable, "-c", "import reseller_console.wsgi"],
        env={"PATH": os.environ["PATH"]} | PRODUCTION | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def unsafe(monkeypatch):
    monkeypatch.setattr(interpreter, "complaint", lambda **_: COMPLAINT)


def test_production_does_not_start_on_an_unsafe_python(unsafe, settings):
    settings.DEMANDS_SAFE_PYTHON = True
    with pytest.raises(SystemExit, match=COMPLAINT):
        refuse_unsafe_python()
    for signal in (celeryd_init, beat_init):
        with pytest.raises(SystemExit, match=COMPLAINT):
            signal.send(sender=celery.app)


def test_elsewhere_it_is_said_loudly(unsafe, settings, caplog):
    settings.DEMANDS_SAFE_PYTHON = False
    refuse_unsafe_python()
    assert COMPLAINT in caplog.text


def test_a_safe_python_is_no_matter(monkeypatch, settings, caplog):
    monkeypatch.setattr(interpreter, "complaint", lambda **_: "")
    settings.DEMANDS_SAFE_PYTHON = True
    refuse_unsafe_python()
    assert check_python() == [] and not caplog.records


def test_the_check_of_a_deployment_says_so(unsafe, settings):
    for demanded, level in ((True, ERROR), (False, INFO)):
        settings.DEMANDS_SAFE_PYTHON = demanded
        (found,) = check_python()
        assert (found.id, found.msg, found.level) == ("console.E001", COMPLAINT, level)


@needs_a_hole
def test_an_operator_can_accept_it():
    done = start_web(CONSOLE_ACCEPT_UNSAFE_PYTHON="true")
    assert done.returncode == 0
    assert "CVE-2024-6923" in done.stderr


@needs_a_hole
def test_the_web_of_production_ends_with_one_line():
    done = start_web()
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "CVE-2024-6923" in line and all(v in line for v in interpreter.MENDED)


@needs_a_hole
def test_the_launcher_warns_of_the_environments_python(capsys):
    environment.warn_of_unsafe(environment.python_of(environment.VENV))
    said = capsys.readouterr().err
    assert "WARNING: Python" in said and "CVE-2024-6923" in said and "delete .venv" in said


def test_a_hole_is_found_by_trying_it():
    def writes(message) -> None:
        message["Subject"] = "harmless"
        message["X-Injected"] = "b"

    def refuses(message) -> None:
        raise ValueError("newlines")

    def is_fine(message) -> None:
        message["Subject"] = "X-Injected: b"

    found = [interpreter.Hole("n", "w", True, act).is_open() for act in (writes, refuses, is_fine)]
    assert found == [True, False, False]


def test_unpatched_pythons_before_the_named_versions_have_the_hole_and_mended_ones_none():
    numbers = {tuple(map(int, version.split("."))) for version in interpreter.MENDED}
    first = {number[:2]: number for number in numbers}
    ours = sys.version_info[:3]
    if ours >= first.get(ours[:2], (3, 14, 3)):
        assert interpreter.complaint(strict=True) == ""
    assert re.fullmatch(r"[\d.]+", interpreter.ACCEPTED[0])

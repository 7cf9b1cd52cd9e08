"""`./console check`: what it looks at, and that one complaint is enough to fail."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from reseller_console.launcher.check import Check, _run, all_checks
from reseller_console.launcher.variables import Addresses

PYTHON = Path(sys.executable)


def test_everything_that_can_be_said_without_running_tests_is_checked():
    addresses = Addresses("postgres://owner@x/y", "postgres://app@x/y", "redis://x/0")
    checks = {one.name: " ".join(one.command) for one in all_checks(PYTHON, addresses)}
    for name, word in {
        "format": "ruff format --check",
        "lint": "ruff check",
        "types": "mypy",
        "layers": "lint-imports",
        "template format": "djlint --check",
        "template lint": "djlint --lint",
        "deployment": "check --deploy",
        "migrations": "makemigrations --check",
        "messages": "messages --check",
        "migrating": "migrate --no-input",
        "privileges": "check --database default",
    }.items():
        assert word in checks[name]


def test_no_database_of_somebody_else_is_migrated():
    addresses = Addresses("postgres://app@x/y", "postgres://owner@x/y", "redis://x/0")
    names = [one.name for one in all_checks(PYTHON, addresses, own_server=False)]
    assert "migrations" in names
    assert not {"migrating", "privileges"} & set(names)


@pytest.mark.parametrize(("code", "passed"), [("pass", True), ("exit('a complaint')", False)])
def test_a_complaint_is_shown_and_fails(capfd, code, passed):
    result = _run(Check("one", [sys.executable, "-c", code]), PYTHON)
    assert result.passed is passed
    assert ("a complaint" in "".join(capfd.readouterr())) is not passed

"""`./console up` beside a database of somebody else: it does what is said, or says why not."""

from __future__ import annotations

import os
import re

import pytest

from reseller_console.launcher.home import Home
from reseller_console.launcher.output import LauncherError
from reseller_console.launcher.ports import free_port
from reseller_console.launcher.variables import (
    Addresses,
    kind_of,
    kind_of_up,
    project_variables,
)
from tests.each import each
from tests.launcher.conftest import Checkout

pytestmark = pytest.mark.xdist_group("launcher-up-beside-data")

THEIRS = "postgres://theirs@db.example/console"
UNSAID = "without CONSOLE_ENV it is taken for a real one"
NOT_UP = "`up` runs a console for development alone"
WRONG = "it can be development, test, production"


@each(
    ("said", "database", "demo", "expected"),
    [
        # CONSOLE_ENV, DATABASE_URL, --demo: the kind, or why nothing was started.
        (None, None, False, "development"),
        (None, None, True, "development"),
        (None, THEIRS, False, UNSAID),
        (None, THEIRS, True, "development"),
        ("", None, False, "development"),
        ("", THEIRS, False, UNSAID),
        ("development", None, False, "development"),
        ("development", None, True, "development"),
        ("development", THEIRS, False, "development"),
        ("development", THEIRS, True, "development"),
        ("production", None, False, NOT_UP),
        ("production", None, True, NOT_UP),
        ("production", THEIRS, False, NOT_UP),
        ("production", THEIRS, True, NOT_UP),
        ("test", None, False, NOT_UP),
        ("test", THEIRS, True, NOT_UP),
        ("Production", THEIRS, False, WRONG),
        ("prod", None, False, WRONG),
    ],
)
def test_up_obeys_or_says_why_it_does_not(said, database, demo, expected):
    given = {"CONSOLE_ENV": said, "DATABASE_URL": database}
    environ = {name: value for name, value in given.items() if value is not None}
    if expected == "development":
        assert kind_of_up(environ, demo=demo) == expected
        return
    with pytest.raises(LauncherError, match=re.escape(expected)):
        kind_of_up(environ, demo=demo)


@each(
    ("environ", "kind"),
    [
        ({}, "development"),
        ({"DATABASE_URL": THEIRS}, "production"),
        ({"DATABASE_URL": THEIRS, "CONSOLE_ENV": "development"}, "development"),
        ({"CONSOLE_ENV": "production"}, "production"),
        ({"CONSOLE_ENV": "test"}, "test"),
    ],
)
def test_commands_work_for_the_console_that_is_meant(environ, kind):
    assert kind_of(environ) == kind


def test_production_gets_no_secret_and_no_origin_of_ours(monkeypatch, tmp_path):
    for name in ("CONSOLE_SECRET_KEY", "CONSOLE_ORIGIN"):
        monkeypatch.delenv(name, raising=False)
    made = {
        kind: project_variables(
            Addresses(THEIRS, THEIRS, "redis://"),
            kind=kind,
            home=Home(tmp_path),
            origin="http://127.0.0.1:8000",
            secret_key="of the home",
            venv=tmp_path,
        )
        for kind in ("development", "production")
    }
    assert made["development"]["CONSOLE_SECRET_KEY"] == "of the home"
    assert "CONSOLE_SECRET_KEY" not in made["production"]
    assert "CONSOLE_ORIGIN" not in made["production"]
    assert [made[kind]["CONSOLE_ENV"] for kind in made] == list(made)


@pytest.mark.parametrize(
    "environ",
    [
        {"CONSOLE_ENV": "production", "DATABASE_URL": THEIRS},
        {"CONSOLE_ENV": "production"},
        {"DATABASE_URL": THEIRS},
    ],
)
def test_what_is_refused_starts_and_writes_nothing(checkout: Checkout, environ):
    code, said = checkout.run("up", "--port", str(free_port()), **environ)
    assert code == 1
    assert "Nothing was started" in said
    assert "Traceback" not in said
    assert not checkout.home.exists()


@pytest.mark.parametrize(
    ("options", "environ", "commands"),
    [
        ([], {"CONSOLE_ENV": "development"}, ["migrate"]),
        (["--demo"], {}, ["load_demo", "migrate", "load_demo", "demo_accounts"]),
    ],
)
def test_demo_data_is_for_a_database_of_ours_or_asked_for(
    checkout: Checkout, options, environ, commands
):
    running = checkout.start(
        "up", "--port", str(free_port()), *options, DATABASE_URL=THEIRS, **environ
    )
    running.url()
    assert running.stop() == 0
    done = (checkout.home / "commands.txt").read_text().splitlines()
    assert done == [f"{command} as theirs@db.example" for command in commands]
    assert ("secret-of-alice" in running.text()) is bool(options)
    assert not (checkout.home / "postgres").exists()


def test_a_database_that_is_not_empty_is_left_alone(checkout: Checkout):
    manage = checkout.path / "manage.py"
    manage.write_text(manage.read_text().replace('"fail"', '"load_demo"').replace("elif", "if"))
    code, said = checkout.run("up", "--demo", "--port", str(free_port()), DATABASE_URL=THEIRS)
    assert code == 1
    assert "load_demo --dry-run failed with exit code 7" in said
    done = (checkout.home / "commands.txt").read_text().splitlines()
    assert done == ["load_demo as theirs@db.example"]
    assert os.listdir(checkout.home / "logs") == ["valkey.log"]

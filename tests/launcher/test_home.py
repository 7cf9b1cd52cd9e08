"""The data directory: secrets, remembered facts, and one console at a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reseller_console.launcher.home import CHECKOUT, Home, HomeLock, write_json
from reseller_console.launcher.output import LauncherError


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.create()
    return made


def test_it_is_in_the_checkout_unless_the_environment_says_where() -> None:
    assert Home.from_environment({}).path == CHECKOUT / ".console"
    assert Home.from_environment({"CONSOLE_HOME": "/srv/console"}).path == Path("/srv/console")


def test_a_relative_home_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Home.from_environment({"CONSOLE_HOME": "mine"}).path == tmp_path / "mine"


def test_a_secret_is_made_once_and_kept_from_others(home: Home) -> None:
    first = home.secret("owner_password")
    assert len(first) >= 40
    assert Home(home.path).secret("owner_password") == first
    assert home.secret("secret_key") != first
    assert (home.path / "secrets.json").stat().st_mode & 0o077 == 0


def test_an_existing_folder_keeps_its_mode(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir(mode=0o750)
    Home(folder).create()
    assert folder.stat().st_mode & 0o777 == 0o750


def test_a_torn_file_counts_as_no_facts(home: Home) -> None:
    home.remember(demo="abc")
    (home.path / "state.json").write_text('{"demo": "a')
    assert home.facts() == {}


def test_the_second_is_told_where_the_first_runs(home: Home) -> None:
    first, second = HomeLock(home), HomeLock(home)
    first.acquire("up")
    write_json(home.running, {"url": "http://127.0.0.1:8000/"})
    with pytest.raises(LauncherError) as refused:
        second.acquire("up")
    assert "`./console up` already runs at http://127.0.0.1:8000/" in str(refused.value)
    assert f"pid {os.getpid()}" in str(refused.value)
    first.release()
    second.acquire("up")


def test_the_lock_ends_with_its_process_however_that_ends(home: Home) -> None:
    script = (
        "import sys, os, signal; from pathlib import Path\n"
        "from reseller_console.launcher.home import Home, HomeLock\n"
        "HomeLock(Home(Path(sys.argv[1]))).acquire('up') or os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run(
        [sys.executable, "-c", script, str(home.path)], cwd=CHECKOUT, check=False
    )
    assert killed.returncode == -9
    assert (home.path / "holder.json").exists()
    HomeLock(home).acquire("up")

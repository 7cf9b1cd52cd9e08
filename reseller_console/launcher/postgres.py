"""The embedded PostgreSQL: data directory, roles, configuration, crash recovery."""

import hashlib
import json
import os
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from reseller_console.launcher import processes
from reseller_console.launcher.binaries import PostgresPrograms
from reseller_console.launcher.home import read_json
from reseller_console.launcher.output import LauncherError, Occupied
from reseller_console.launcher.placement import ServerUser, as_user, give
from reseller_console.launcher.processes import Ledger
from reseller_console.launcher.service import Service

DATABASE = "console"
OWNER, APPLICATION = "console_owner", "console_app"

COMMON = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "random_page_cost": "1.1",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %q%u ",
}
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
PROFILES: dict[str, dict[str, str]] = {
    "durable": {"shared_buffers": "256MB", "max_connections": "120"},
    "throwaway": {"shared_buffers": "256MB", "max_connections": "240"} | UNSAFE,
    "benchmark": {
        "shared_buffers": "1GB",
        "effective_cache_size": "2GB",
        "maintenance_work_mem": "256MB",
        "max_connections": "120",
        "checkpoint_timeout": "30min",
        "fsync": "off",
    },
}
ACCESS = f"""\
# Only the two roles of the console get in, over the loopback, with their passwords.
host all {OWNER},{APPLICATION} 127.0.0.1/32 scram-sha-256
"""


@dataclass
class Postgres:
    """A cluster with the database `console` and its two roles."""

    programs: PostgresPrograms
    data: Path
    port: int
    owner_password: str
    application_password: str
    user: ServerUser | None = None
    profile: str = "durable"
    # Whether this launcher has started it before; what works on the data later is not a leftover.
    started: bool = False

    def url(self, role: str) -> str:
        """Return the address of the database for one of the two roles."""
        password = self.owner_password if role == OWNER else self.application_password
        return f"postgres://{role}:{password}@127.0.0.1:{self.port}/{DATABASE}"

    def service(self, log: Path, ledger: Ledger | None = None) -> Service:
        """Return the server as a service; its first start makes the data directory."""
        return Service(
            name="postgres",
            command=[str(self.programs.postgres), "-D", str(self.data), "-p", str(self.port)],
            log=log,
            folder=self.data.parent,
            user=self.user,
            prepare=self.prepare,
            ready=partial(self.says, "ready"),
            stopping=partial(self.says, "stopping"),
            needed=True,
            # Fast shutdown: sessions are ended, the data is written, nothing is replayed.
            stop_signal=signal.SIGINT,
            grace=20,
            ledger=ledger,
        )

    # --- before the start

    def prepare(self) -> None:
        """Make whatever is missing, so that the server can be started."""
        if not (self.data / "PG_VERSION").exists():
            if self.started:
                raise LauncherError(f"the data in {self.data} is gone")
            self._create_cluster()
        self._check_version()
        if self.started:
            self._refuse_beside_another()
        self.end_leftovers()
        self._write_configuration()
        if self._facts().get("passwords") != self._passwords_digest():
            self._set_passwords()
        self.started = True

    def _create_cluster(self) -> None:
        """Make a cluster in a folder beside, and move it here when it is complete."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        scratch = self.data.with_name(f".{self.data.name}.new")
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(mode=0o700)
        give(scratch, self.user)
        sync = [] if self.profile == "durable" else ["--no-sync"]
        self._run([str(self.programs.initdb), "-D", str(scratch), *self._initdb_options(), *sync])
        roles = [
            f"CREATE ROLE {OWNER} LOGIN CREATEDB",
            f"CREATE ROLE {APPLICATION} LOGIN",
            # From template0, which nobody can have added anything to.
            f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0",
        ]
        self._statements(scratch, roles)
        self._write(scratch / "console.json", json.dumps({"cluster": secrets.token_hex(8)}))
        if self.data.exists():
            self.data.rmdir()
        scratch.rename(self.data)

    def _initdb_options(self) -> list[str]:
        options = ["-U", "postgres", "-E", "UTF8", "--auth=reject", "--no-instructions"]
        character_types = _utf8_locale()
        if self.programs.major < 17:
            return [*options, f"--locale={character_types}"]
        return [
            *options,
            "--locale=C",
            # The built-in locale sorts and folds alike on every machine. pg_trgm however
            # still asks the C library which characters belong to words.
            f"--lc-ctype={character_types}",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ]

    def _check_version(self) -> None:
        have = (self.data / "PG_VERSION").read_text().strip()
        if have != str(self.programs.major):
            raise LauncherError(
                f"the data in {self.data} was made by PostgreSQL {have}, and this is"
                f" {self.programs.version}. `./console up --fresh` begins anew (all data goes)."
            )

    def _write_configuration(self) -> None:
        settings = COMMON | PROFILES[self.profile]
        if _small_shared_memory():
            settings = settings | {"dynamic_shared_memory_type": "mmap"}
        lines = [f"{name} = '{value}'" for name, value in settings.items()]
        self._write(self.data / "postgresql.conf", "\n".join(lines) + "\n")
        self._write(self.data / "pg_hba.conf", ACCESS)

    def _passwords_digest(self) -> str:
        both = f"{self.owner_password}\n{self.application_password}"
        return hashlib.sha256(both.encode()).hexdigest()

    def _set_passwords(self) -> None:
        """Make the roles' passwords those in the home; nobody can log in to do it."""
        statements = [
            f"ALTER ROLE {OWNER} PASSWORD '{self.owner_password}'",
            f"ALTER ROLE {APPLICATION} PASSWORD '{self.application_password}'",
        ]
        self._statements(self.data, statements)
        facts = self._facts() | {"passwords": self._passwords_digest()}
        self._write(self.data / "console.json", json.dumps(facts))

    def _facts(self) -> dict[str, Any]:
        return read_json(self.data / "console.json")

    @property
    def cluster(self) -> str:
        """The name of this very cluster, to know a fresh one by."""
        return str(self._facts().get("cluster", ""))

    def _statements(self, data: Path, statements: list[str]) -> None:
        """Run SQL as superuser with no server running: the one way in for a superuser."""
        self._run(
            [
                *(str(self.programs.postgres), "--single", "-D", str(data)),
                *("-c", "exit_on_error=on", "-c", "log_checkpoints=off", "template1"),
            ],
            stdin="".join(f"{statement};\n" for statement in statements),
        )

    def _run(self, command: list[str], stdin: str = "") -> None:
        done = subprocess.run(
            command,
            input=stdin,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            **as_user(self.user),
        )
        if done.returncode != 0:
            name = Path(command[0]).name
            raise LauncherError(f"{name} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")

    def _write(self, path: Path, text: str) -> None:
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(text)
        give(path, self.user)

    # --- while it runs

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []

    def says(self, state: str, pid: int) -> bool:
        """Tell whether this very server says that it is ready (accepts connections) or stopping."""
        lines = self._pid_file()
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == state

    # --- after a crash

    def _refuse_beside_another(self) -> None:
        """Leave a server alone that somebody started on our data after ours had ended."""
        pid = int((self._pid_file() or ["0"])[0])
        if pid in self._at_work(pid):
            raise Occupied(pid, self.data)

    def end_leftovers(self) -> None:
        """Stop a server nobody watches any more, and drop a pid file that lies.

        The server's own check only asks whether some process has the pid in the file. A
        reused pid would keep it from starting for ever, so the file goes once it is
        certain that no process works in the data directory.
        """
        lines = self._pid_file()
        if not lines:
            return
        pid = int(lines[0])
        if self._is_our_server(pid):
            os.kill(pid, signal.SIGINT)
            processes.wait_until(lambda: not self._is_our_server(pid), 20)
        for number in (signal.SIGQUIT, signal.SIGKILL):
            for left in self._at_work(pid):
                os.kill(left, number)
            processes.wait_until(lambda: not self._at_work(pid), 5)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _at_work(self, pid: int) -> list[int]:
        at_work = processes.working_in(self.data.resolve(), "postgres")
        return at_work or ([pid] if self._is_our_server(pid) else [])

    def _is_our_server(self, pid: int) -> bool:
        identity = processes.identify(pid)
        return identity is not None and f"-D {self.data} " in f"{identity.command} "


def _utf8_locale() -> str:
    """Return a locale of the C library that knows letters beyond ASCII."""
    try:
        shown = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False)
        known = {name.lower().replace("-", ""): name for name in shown.stdout.split()}
    except OSError:
        return "C.UTF-8"
    for wanted in ("c.utf8", "en_us.utf8", "utf8"):
        if wanted in known:
            return known[wanted]
    utf8 = sorted(name for name in known.values() if name.lower().replace("-", "").endswith("utf8"))
    return utf8[0] if utf8 else "C.UTF-8"


def _small_shared_memory() -> bool:
    """Containers often get 64 MB of /dev/shm, too little for a parallel query."""
    shared = Path("/dev/shm")  # noqa: S108
    return not shared.is_dir() or shutil.disk_usage(shared).free < 512 * 1024 * 1024

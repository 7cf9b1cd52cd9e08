"""A running console of its own: database, broker, mail server, web and workers."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from celery import Celery
from django.conf import settings

from reseller_console.accounts.models import SignInAttempt
from reseller_console.launcher import binaries
from reseller_console.launcher.environment import VENV
from reseller_console.launcher.ports import free_port, listen
from reseller_console.launcher.service import Service
from reseller_console.launcher.valkey import Valkey
from tests import personas
from tests.live import databases, processes
from tests.live.kept import kept_running
from tests.live.mail_sink import MailSink
from tests.live.people import Person

START_SECONDS = 30


@dataclass
class House:
    """A console on a free port; `entry` is the WSGI application it serves."""

    database: str
    folder: Path
    entry: str = processes.PRODUCT
    more_variables: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        # It outlives the processes that serve it, so that a restart refuses nobody.
        self.listener = listen(0)
        self.port = self.listener.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self.mail = MailSink()
        self.people: dict[str, Person] = {}
        self.kept_worker: Service | None = None
        self.valkey = Valkey(
            program=binaries.find_valkey(VENV),
            folder=self.folder / "valkey",
            port=free_port(),
            password=secrets.token_urlsafe(18),
            durable=False,
        )
        self.broker = self.valkey.service(self.folder / "valkey.log")
        self.webs = processes.webs(
            self.listener, variables=self.variables, folder=self.folder, entry=self.entry
        )

    @property
    def variables(self) -> dict[str, str]:
        """The environment of its processes."""
        return dict(os.environ) | {
            "CONSOLE_ENV": "development",
            "CONSOLE_SECRET_KEY": settings.SECRET_KEY,
            "CONSOLE_ORIGIN": self.origin,
            "CONSOLE_TODAY": "2026-03-02",
            "CONSOLE_HOME": str(self.folder / "home"),
            "DATABASE_URL": databases.address_of(self.database),
            "BROKER_URL": self.valkey.url,
            "MAIL_PROVIDER": "smtp",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.mail.port),
            "SMTP_TLS": "false",
            "PYTHONUNBUFFERED": "1",
            "INVITATIONS_PER_PERSON_HOUR": "1000",
            "INVITATIONS_PER_PERSON_DAY": "1000",
            "INVITATIONS_PER_RESELLER_HOUR": "10000",
            "INVITATIONS_PER_RESELLER_DAY": "10000",
            **self.more_variables,
        }

    def open(self) -> House:
        """Start the broker and the web server and wait for the first answer."""
        self.broker.start()
        for service in self.webs:
            service.start()
        self.broker.wait_ready(START_SECONDS)
        self.wait_for_web()
        return self

    def wait_for_web(self) -> None:
        """Wait until every process of the web server serves."""
        for service in self.webs:
            service.wait_ready(START_SECONDS)

    def crash_web(self) -> None:
        """Kill the web server in the midst of whatever it does, and start it again."""
        for service in self.webs:
            service.kill()
            service.start()
        self.wait_for_web()

    def close(self) -> None:
        """Stop everything."""
        self.mail.may_answer.set()
        for service in self.webs:
            service.kill()
        self.listener.close()
        self.broker.kill()
        self.mail.shutdown()
        self.mail.server_close()

    def person(self, email: str) -> Person:
        """Return somebody who is signed in; the sign-in happens once."""
        if email not in self.people:
            # What races before it have tried at other accounts is not held against this one.
            SignInAttempt.objects.all().delete()
            self.people[email] = Person(self.origin).sign_in(email, personas.PASSWORD)
        return self.people[email]

    @contextmanager
    def worker(
        self, *, entry: str | None = None, queues: str = "mail,night", **variables: str
    ) -> Iterator[Service]:
        """Run a Celery worker for a while; `entry` is its application if not the console's."""
        log = self.folder / f"worker-{secrets.token_hex(4)}.log"
        service = processes.worker(
            variables=self.variables | variables, log=log, entry=entry, queues=queues
        )
        service.start()
        try:
            service.wait_ready(START_SECONDS)
            yield service
        finally:
            service.kill()

    @contextmanager
    def worker_that_waits(self) -> Iterator[Service]:
        """Run a worker that may have no broker to talk to yet."""
        service = processes.worker(variables=self.variables, log=self.folder / "waiting.log")
        service.start()
        try:
            yield service
        finally:
            service.kill()

    @contextmanager
    def beat(self, *, entry: str | None = None, name: str = "beat") -> Iterator[Service]:
        """Run the clock for a while; `entry` is its application if not the console's."""
        log = self.folder / f"{name}.log"
        service = processes.beat(variables=self.variables, log=log, entry=entry)
        service.start()
        try:
            yield service
        finally:
            service.kill()

    @contextmanager
    def held(self, table: str) -> Iterator[None]:
        """Let nobody write to a table for a while: who wants to waits."""
        with psycopg.connect(databases.address_of(self.database, owner=True)) as link:
            link.execute(f"LOCK TABLE {table} IN SHARE MODE")
            yield
            link.rollback()

    def waiting_backends(self) -> list[int]:
        """Return the server processes that wait for a lock in this database."""
        with psycopg.connect(databases.address_of(self.database)) as link:
            rows = link.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                " AND wait_event_type = 'Lock'"
            )
            return [row[0] for row in rows]

    def ring(self) -> None:
        """Wake a worker, as the clock does."""
        with Celery(broker=self.valkey.url, set_as_current=False) as broker:
            broker.send_task("notifications.tasks.send_emails", queue="mail", ignore_result=True)

    def log(self) -> str:
        """Return what the web server has logged."""
        return "".join(service.log.read_text(errors="replace") for service in self.webs)


@contextmanager
def open_house(database: str, *, like: str, folder: Path, **options: object) -> Iterator[House]:
    """Run a console on a copy of a database; both vanish at the end."""
    with ExitStack() as stack:
        databases.make(database, like=like)
        stack.callback(databases.drop, database)
        house = House(database, folder, **options)
        stack.callback(house.close)
        yield house.open()


@contextmanager
def kept_house(
    database: str, *, folder: Path, first: Sequence[Service] = (), **options: object
) -> Iterator[House]:
    """Run a console with its worker under a supervisor that starts again what ends.

    `first` are services it needs. The database is there already.
    """
    house = House(database, folder, **options)
    house.kept_worker = processes.worker(variables=house.variables, log=folder / "worker.log")
    services = [*first, house.broker, *house.webs, house.kept_worker]
    try:
        with kept_running(services):
            yield house
    finally:
        house.close()

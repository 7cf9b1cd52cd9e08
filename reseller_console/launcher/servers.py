"""The servers the console needs, embedded or somebody else's."""

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from reseller_console.launcher import binaries, placement
from reseller_console.launcher.home import Home, read_json, write_json
from reseller_console.launcher.output import say
from reseller_console.launcher.ports import free_port
from reseller_console.launcher.postgres import APPLICATION, OWNER, Postgres
from reseller_console.launcher.processes import Identity, Ledger, identify, is_running
from reseller_console.launcher.service import Service, stop_together
from reseller_console.launcher.stopping import StopSignals
from reseller_console.launcher.valkey import Valkey
from reseller_console.launcher.variables import Addresses, external

THROWAWAY_PREFIX = "reseller-console-run-"
START_SECONDS = 60


@dataclass
class Servers:
    """The embedded servers that are wanted, and all addresses."""

    addresses: Addresses
    services: list[Service] = field(default_factory=list)
    postgres: Postgres | None = None

    def start(self, signals: StopSignals) -> None:
        """Start them side by side and wait for both."""
        for service in self.services:
            with signals.deferred():
                service.start()
        for service in self.services:
            service.wait_ready(START_SECONDS)

    def stop(self) -> None:
        """Stop them side by side."""
        stop_together(self.services)


def servers_of(home: Home, venv: Path, environ: Mapping[str, str], ledger: Ledger) -> Servers:
    """Return the lasting servers of a home; what the environment names is not started."""
    facts = home.facts()
    services: list[Service] = []
    postgres = None
    if (database := external(environ)) is None:
        postgres = _lasting_postgres(home, venv, facts.get("postgres_port"))
        services.append(postgres.service(home.logs / "postgres.log", ledger))
        database = postgres.url(APPLICATION), postgres.url(OWNER)
        home.remember(postgres_port=postgres.port)
    if (broker := environ.get("BROKER_URL")) is None:
        valkey = Valkey(
            program=binaries.find_valkey(venv),
            folder=home.path / "valkey",
            port=free_port(facts.get("valkey_port")),
            password=home.secret("broker_password"),
        )
        services.append(valkey.service(home.logs / "valkey.log", ledger))
        broker = valkey.url
        home.remember(valkey_port=valkey.port)
    return Servers(Addresses(*database, broker), services, postgres)


def _lasting_postgres(home: Home, venv: Path, port: int | None) -> Postgres:
    data = placement.data_folder(home)
    user = placement.server_user(data)
    return Postgres(
        programs=placement.reachable_programs(binaries.find_postgres(venv), user),
        data=data,
        port=free_port(port),
        owner_password=home.secret("owner_password"),
        application_password=home.secret("application_password"),
        user=user,
    )


@contextmanager
def throwaway_servers(
    venv: Path, environ: Mapping[str, str], profile: str, signals: StopSignals
) -> Iterator[tuple[Servers, Path]]:
    """Run servers that vanish at the end, side by side with any others."""
    sweep_abandoned()
    in_memory = profile == "throwaway"
    folder = placement.scratch_folder(THROWAWAY_PREFIX, 2 * 1024**3, in_memory=in_memory)
    servers = None
    try:
        _claim(folder)
        servers = _throwaway(folder, venv, environ, profile)
        servers.start(signals)
        yield servers, folder
    finally:
        if servers is not None:
            servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _throwaway(folder: Path, venv: Path, environ: Mapping[str, str], profile: str) -> Servers:
    ledger = Ledger(folder / "processes.json")
    services: list[Service] = []
    postgres = None
    if (database := external(environ)) is None:
        user = placement.server_user()
        postgres = Postgres(
            programs=placement.reachable_programs(binaries.find_postgres(venv), user),
            data=folder / "postgres",
            port=free_port(),
            owner_password=secrets.token_urlsafe(18),
            application_password=secrets.token_urlsafe(18),
            user=user,
            profile=profile,
        )
        services.append(postgres.service(folder / "postgres.log", ledger))
        database = postgres.url(APPLICATION), postgres.url(OWNER)
    if (broker := environ.get("BROKER_URL")) is None:
        valkey = Valkey(
            program=binaries.find_valkey(venv),
            folder=folder / "valkey",
            port=free_port(),
            password=secrets.token_urlsafe(18),
            durable=False,
        )
        services.append(valkey.service(folder / "valkey.log", ledger))
        broker = valkey.url
    return Servers(Addresses(*database, broker), services, postgres)


def _claim(folder: Path) -> None:
    me = identify(os.getpid())
    if me is not None:
        write_json(folder / "owner.json", asdict(me))


def sweep_abandoned() -> None:
    """Remove throwaway servers whose launcher was killed before it could clean up."""
    for root in {Path("/dev/shm"), Path(os.environ.get("TMPDIR", "/tmp")), Path("/var/tmp")}:  # noqa: S108
        for folder in root.glob(f"{THROWAWAY_PREFIX}*"):
            try:
                mine = folder.lstat().st_uid == os.geteuid() and not folder.is_symlink()
                owner = read_json(folder / "owner.json") if mine else {}
            except (OSError, json.JSONDecodeError):
                continue
            if owner and not is_running(Identity(**owner)):
                say(f"Removing what a killed run left behind: {folder}")
                Ledger(folder / "processes.json").stop_survivors()
                shutil.rmtree(folder, ignore_errors=True)

"""`./console up`: everything from nothing to a running console."""

import os
import shutil
import socket
import subprocess
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

from reseller_console.launcher import environment, placement, project
from reseller_console.launcher.home import Home, HomeLock, read_json, write_json
from reseller_console.launcher.output import LauncherError, say, step
from reseller_console.launcher.ports import listen
from reseller_console.launcher.processes import Ledger
from reseller_console.launcher.servers import START_SECONDS, Servers, servers_of
from reseller_console.launcher.stopping import Stopped, StopSignals
from reseller_console.launcher.supervisor import Supervisor
from reseller_console.launcher.variables import as_owner, kind_of_up, project_variables

# What a command beside `up` takes over from it; the rest is each one's own.
SHARED_VARIABLES = (
    "CONSOLE_ENV",
    "CONSOLE_ORIGIN",
    "CONSOLE_SECRET_KEY",
    "CONSOLE_TODAY",
)


def up(options: Namespace) -> int:
    """Run the console until somebody stops it; raise LauncherError where it is not meant to."""
    kind = kind_of_up(os.environ, demo=options.demo)
    signals = StopSignals()
    home = Home.from_environment(os.environ)
    home.create()
    lock = HomeLock(home)
    lock.acquire("up")
    supervisor = Supervisor(signals)
    try:
        home.running.unlink(missing_ok=True)
        _end_survivors(home)
        if options.fresh:
            delete_data(home)
        web_socket = listen(options.port)
        _bring_up(home, supervisor, web_socket, kind=kind, demo=options.demo)
        supervisor.watch()
    except Stopped:
        say("Stopping ...")
    finally:
        # From here on a signal means "hurry"; the first one was taken.
        supervisor.stop()
        home.running.unlink(missing_ok=True)
    return 0


def _end_survivors(home: Home) -> None:
    survivors = Ledger(home.processes).stop_survivors()
    if survivors:
        say(f"Stopped what an earlier run left behind: {', '.join(survivors)}")


@dataclass
class _Run:
    """What the steps of coming up share."""

    home: Home
    python: Path
    servers: Servers
    variables: dict[str, str]
    supervisor: Supervisor
    ledger: Ledger
    # Whether the demo data was asked for.
    demo: bool

    @property
    def cluster(self) -> str:
        """The name of the embedded cluster; blank for a database of somebody else."""
        return self.servers.postgres.cluster if self.servers.postgres else ""


def _bring_up(
    home: Home, supervisor: Supervisor, web_socket: socket.socket, *, kind: str, demo: bool
) -> None:
    port = int(web_socket.getsockname()[1])
    url = f"http://127.0.0.1:{port}/"
    locks = needed_locks()
    python = environment.ensure_environment(locks)
    environment.warn_of_unsafe(python)
    ledger = Ledger(home.processes)
    servers = servers_of(home, environment.VENV, os.environ, ledger)
    variables = project_variables(
        servers.addresses,
        kind=kind,
        home=home,
        origin=url.rstrip("/"),
        secret_key=home.secret("secret_key"),
        venv=environment.VENV,
    )
    run = _Run(home, python, servers, variables, supervisor, ledger, demo)
    supervisor.start_together(servers.services, START_SECONDS)
    shared = {name: variables[name] for name in SHARED_VARIABLES if name in variables}
    home.remember(origin=variables["CONSOLE_ORIGIN"])
    _refuse_demo_beside_data(run)
    migrate_if_needed(home, python, servers, variables)
    _load_demo_once(run)
    _start_project(run, web_socket.fileno(), port)
    write_json(
        home.running,
        {"url": url, "addresses": servers.addresses.by_name(), "variables": shared},
    )


def needed_locks() -> list[str]:
    """Return the locks to install; the embedded servers only where one is wanted."""
    locks = [environment.RUN, *environment.provider_locks(os.environ)]
    if os.environ.get("DATABASE_URL") and os.environ.get("BROKER_URL"):
        return locks
    return [*locks, environment.EMBEDDED]


def migrate_if_needed(
    home: Home, python: Path, servers: Servers, variables: dict[str, str]
) -> None:
    """Bring the schema up to date; skipped while neither migrations nor database changed."""
    cluster = servers.postgres.cluster if servers.postgres else ""
    wanted = {"cluster": cluster, "migrations": project.migrations_fingerprint()}
    # Nobody tells us what others do to a database that is not ours: that one is asked.
    if cluster and home.facts().get("migrated") == wanted:
        return
    with step("Bringing the database up to date"):
        command = project.manage_command(python, "migrate", "--no-input", "--verbosity", "0")
        project.run(command, as_owner(variables))
    home.remember(migrated=wanted)


def _refuse_demo_beside_data(run: _Run) -> None:
    """Stop before anything is written to a database of somebody else that is not empty."""
    if run.demo and not run.cluster:
        command = project.manage_command(run.python, "load_demo", "--dry-run")
        project.run(command, run.variables)


def _load_demo_once(run: _Run) -> None:
    """Load the demo data into a new cluster of ours; into another database where asked to."""
    done = run.home.facts().get("demo") == run.cluster if run.cluster else not run.demo
    if done:
        return
    # Ours may have been filled by hand or from a backup: then it stays as it is.
    where = ["--if-empty"] if run.cluster else []
    with step("Loading the demo data"):
        project.run(project.manage_command(run.python, "load_demo", *where), run.variables)
    if run.cluster:
        run.home.remember(demo=run.cluster)


def _demo_accounts(run: _Run) -> str:
    """Return the accounts there are to try; none beside data of somebody else."""
    if not run.cluster and not run.demo:
        return ""
    command = project.manage_command(run.python, "demo_accounts")
    telling = subprocess.run(
        command, env=run.variables, stdout=subprocess.PIPE, text=True, check=False
    )
    if telling.returncode != 0:
        raise LauncherError(f"demo_accounts failed with exit code {telling.returncode}")
    return telling.stdout.rstrip("\n")


def _start_project(run: _Run, descriptor: int, port: int) -> None:
    """Start web, workers and beat, and say so when the first page can be had."""
    webs = project.web_services(run.home, run.python, run.variables, descriptor, port, run.ledger)
    for web in webs:
        run.supervisor.start(web)
    accounts = _demo_accounts(run)
    for web in webs:
        web.wait_ready(START_SECONDS)
    for service in project.background_services(run.home, run.python, run.variables, run.ledger):
        run.supervisor.start(service)
    say(f"Ready: http://127.0.0.1:{port}/")
    if accounts:
        say(accounts)


def delete_data(home: Home) -> None:
    """Delete the data of a home: by name, never the folder and what else may lie in it."""
    data = placement.data_folder(home)
    place = read_json(home.path / "place.json").get("path")
    doomed = [data, home.path / "valkey", home.path / "state.json"]
    doomed += sorted(home.path.glob("celerybeat-schedule*"))
    if place and data.is_relative_to(place):
        doomed += [Path(place), home.path / "place.json"]
    if data.exists() and any(data.iterdir()) and not (data / "PG_VERSION").exists():
        raise LauncherError(f"{data} is not a PostgreSQL data directory; nothing was deleted")
    for path in doomed:
        if path.is_dir():
            say(f"Deleting {path}")
            shutil.rmtree(path)
        elif path.exists():
            say(f"Deleting {path}")
            path.unlink()
    if os.environ.get("DATABASE_URL"):
        say("The database at DATABASE_URL is not touched.")

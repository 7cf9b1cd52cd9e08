"""A database of its own for a run: made and migrated by the owner, used as the application."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

# A long question is the point here, not an accident.
UNLIMITED = "SET statement_timeout = 0; SET lock_timeout = 0"


def renamed(url: str, database: str) -> str:
    """Return the address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@contextmanager
def scratch_database(environ: Mapping[str, str], *, keep: str = "") -> Iterator[bool]:
    """Make a database and lead Django to it; yield whether it is new and empty.

    It is dropped at the end. With `keep` it has that name, stays, and is found again by
    the next run. Call it before Django is set up: it sets `DATABASE_URL` and
    `DATABASE_OWNER_URL`.
    """
    name = keep or f"console_bench_{os.getpid()}"
    app, owner = environ["DATABASE_URL"], environ.get("DATABASE_OWNER_URL", "")
    owner = owner or app
    with psycopg.connect(owner, autocommit=True) as server:
        found = server.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
        if found is None:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    os.environ["DATABASE_URL"] = renamed(app, name)
    os.environ["DATABASE_OWNER_URL"] = renamed(owner, name)
    try:
        yield found is None
    finally:
        _leave()
        if not keep:
            with psycopg.connect(owner, autocommit=True) as server:
                drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
                server.execute(drop)


def _leave() -> None:
    """Close this process's own connection: only the owner may drop, and only what is left."""
    from django.db import connections

    connections.close_all()


def owner_connection() -> psycopg.Connection:
    """Return a connection as the owner, without time limits, each statement on its own."""
    connection = psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)
    connection.execute(UNLIMITED)
    return connection


def migrate() -> None:
    """Make the schema as the owner; the process goes on as the application role."""
    import environ
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    roles = {
        key: environ.Env().db_url_config(settings.DATABASE_OWNER_URL).get(key, "")
        for key in ("USER", "PASSWORD")
    }
    application = {key: connection.settings_dict[key] for key in roles}
    connection.close()
    connection.settings_dict.update(roles)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    connection.close()
    connection.settings_dict.update(application)


def vacuum() -> None:
    """Give the planner its statistics and the visibility map its bits, as a quiet night does."""
    with owner_connection() as connection:
        connection.execute("VACUUM (ANALYZE)")

"""Databases for real processes: made by the owner, used by the application role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import environ
import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from reseller_console.lib import limits


def address_of(database: str, *, owner: bool = False) -> str:
    """Return the address of a database on the tests' server, for one of the two roles."""
    url = settings.DATABASE_OWNER_URL if owner else settings.DATABASE_URL
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def run_as_owner(statement: sql.Composed | sql.SQL, *, database: str | None = None) -> None:
    """Run one statement as the owner, outside any transaction."""
    url = settings.DATABASE_OWNER_URL if database is None else address_of(database, owner=True)
    with psycopg.connect(url, autocommit=True) as link:
        link.execute(statement)


def drop(database: str) -> None:
    """Remove a database, whoever is still connected."""
    end_connections(database)
    run_as_owner(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
    )


def end_connections(database: str) -> None:
    """Cut every connection to a database; each role may only end its own."""
    for url in (settings.DATABASE_URL, settings.DATABASE_OWNER_URL):
        with psycopg.connect(url) as link:
            link.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = %s AND usename = current_user",
                [database],
            )


def make(database: str, *, like: str | None = None) -> None:
    """Make an empty database, or a copy of one that nobody is connected to."""
    drop(database)
    command = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database))
    if like is not None:
        command += sql.SQL(" TEMPLATE {}").format(sql.Identifier(like))
    run_as_owner(command)
    if like is not None:
        # What is set for a database is not copied with it.
        for statement in limits.statements_for(database):
            run_as_owner(sql.SQL(statement))


@contextmanager
def entered(database: str, *, owner: bool = False) -> Iterator[None]:
    """Let this process work in another database for a while."""
    with entered_at(address_of(database, owner=owner)):
        yield


@contextmanager
def entered_at(url: str) -> Iterator[None]:
    """Let this process work in the database at an address for a while."""
    there = environ.Env.db_url_config(url)
    keys = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
    there = {key: there.get(key, "") for key in keys}
    here = {key: connection.settings_dict[key] for key in keys}
    connection.close()
    connection.settings_dict.update(there)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(here)

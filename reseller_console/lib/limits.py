"""How long statements may take, and wait for locks: one set of limits for each kind of work.

They are kept where every way to the database passes: the application's as settings of the database
(`ALTER DATABASE ... SET`, by the owner after every `migrate`), those of a night in each of its
transactions (`SET LOCAL`), those of a migration in its session. Nothing is sent when a connection
begins and nothing is left behind in one, so a pooler in transaction mode may stand between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from psycopg.pq import TransactionStatus

# A client that has gone silent in a transaction holds its locks no longer than this.
IDLE_SECONDS = 60


def limits_of(kind: str) -> dict[str, int]:
    """Return the limits of "application", "night" or "migration", by PostgreSQL's names, in ms.

    0 is no limit.
    """
    return {name: round(seconds * 1000) for name, seconds in settings.LIMITS[kind].items()}


def statements_for(database: str) -> list[str]:
    """Return SQL that gives every session in a database the application's limits."""
    values = limits_of("application") | {"idle_in_transaction_session_timeout": IDLE_SECONDS * 1000}
    name = connection.ops.quote_name(database)
    return [f"ALTER DATABASE {name} SET {key} = {value}" for key, value in values.items()]


def keep_in_database() -> None:
    """Give the database the application's limits; whoever does not own it cannot, and need not.

    Then its owner sets them, for the database or for the role; `deviations` asks whether.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname, pg_has_role(current_user, datdba, 'USAGE') FROM pg_database"
            " WHERE datname = current_database()"
        )
        name, ours = cursor.fetchone()
        for statement in statements_for(name) if ours else ():
            cursor.execute(statement)


def begin_migration() -> None:
    """Let this session's statements take what a migration takes, but wait little for locks."""
    with connection.cursor() as cursor:
        for name, value in limits_of("migration").items():
            cursor.execute(f"SET {name} = {value}")


def end_migration() -> None:
    """Take the limits of a migration away again."""
    with connection.cursor() as cursor:
        for name in limits_of("migration"):
            cursor.execute(f"RESET {name}")


@contextmanager
def own(kind: str) -> Iterator[None]:
    """Run every statement inside under the limits of `kind`, transaction by transaction.

    A statement outside any transaction gets one of its own. A transaction that was begun outside
    keeps the limits it has.
    """
    local = "; ".join(f"SET LOCAL {name} = {value}" for name, value in limits_of(kind).items())

    def run(execute: Callable[..., Any], *call: Any) -> Any:
        raw = connection.connection
        if raw is None or raw.info.transaction_status != TransactionStatus.IDLE:
            return execute(*call)
        if connection.in_atomic_block:
            raw.execute(local)
            return execute(*call)
        with transaction.atomic():
            raw.execute(local)
            return execute(*call)

    with connection.execute_wrapper(run):
        yield


def deviations() -> list[str]:
    """Return whether statements of this session may take for ever."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE name = ANY (%s) AND reset_val = '0' ORDER BY 1",
            [list(limits_of("application"))],
        )
        return [f"The database sets no {name}; see docs/operating.md." for (name,) in cursor]

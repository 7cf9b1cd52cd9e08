"""Locks that hold no row: PostgreSQL's advisory ones, which Django's ORM has no words for.

All of them end with a transaction. One that belonged to a session would belong to whoever gets
that session next from a pooler between us and the server (docs/operating.md, "PgBouncer").
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection
from django.db.backends.base.base import BaseDatabaseWrapper


def wait_for(name: str) -> None:
    """Hold the lock of this name until the transaction ends; wait for another that has it."""
    _ask(connection, "pg_advisory_xact_lock", name)


class Held:
    """Whether a lock is ours (`bool`), and the transaction it lasts as long as."""

    def __init__(self, keeper: BaseDatabaseWrapper, *, ours: bool) -> None:
        self._keeper = keeper
        self._ours = ours

    def __bool__(self) -> bool:
        """Whether the lock was free and is ours."""
        return self._ours

    def confirm(self) -> None:
        """Raise django.db.Error when the connection that keeps the lock has been lost."""
        with self._keeper.cursor() as cursor:
            cursor.execute("SELECT 1")


@contextmanager
def held(name: str, *, seconds: float) -> Iterator[Held]:
    """Hold the lock of this name meanwhile, without waiting for it; yields whether it is ours.

    Transactions may begin and end inside. A second connection keeps the lock, in a transaction
    that does nothing and holds up nobody; it ends with this process, and with this process's
    silence for `seconds` seconds.
    """
    keeper = connection.copy()
    try:
        keeper.set_autocommit(False)
        with keeper.cursor() as cursor:
            limit = f"SET LOCAL idle_in_transaction_session_timeout = {int(seconds * 1000)}"
            cursor.execute(limit)
        yield Held(keeper, ours=_ask(keeper, "pg_try_advisory_xact_lock", name))
    finally:
        _give_back(keeper)


def _give_back(keeper: BaseDatabaseWrapper) -> None:
    """End the keeper's transaction; one whose connection is lost has ended already."""
    with contextlib.suppress(Error):
        if keeper.connection is not None:
            keeper.rollback()
    keeper.close()


def _ask(on: BaseDatabaseWrapper, function: str, name: str) -> bool:
    with on.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])

"""Locks that hold no row: PostgreSQL's advisory ones, which Django's ORM has no words for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def wait_for(name: str) -> None:
    """Hold the lock of this name until the transaction ends; wait while another person does."""
    _ask("pg_advisory_xact_lock", name)


@contextmanager
def held(name: str) -> Iterator[bool]:
    """Hold the lock of this name for the block; yields whether it is ours, without waiting.

    Transactions may begin and end inside.
    """
    ours = _ask("pg_try_advisory_lock", name)
    try:
        yield ours
    finally:
        if ours:
            _ask("pg_advisory_unlock", name)


def _ask(function: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])

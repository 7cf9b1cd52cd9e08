"""Reading the tables as they stood on an earlier day, and telling triggers which day it is.

Triggers keep rows as they stood before they changed, each from one day to another. The schema
`as_of` has views of the same names and columns as these tables: what stood at the end of a day.
Within `as_recorded_by` they are read in place of the tables, by whatever asks, and nothing can be
written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

SCHEMA = "as_of"

_LOOK_BACK = f"""
SELECT set_config('search_path', '{SCHEMA}, public', true),
    set_config('console.as_of', %s, true), set_config('transaction_read_only', 'on', true)
"""


@contextmanager
def as_recorded_by(date: dt.date) -> Iterator[None]:
    """Read, within the block, what was recorded by the end of a day of the reseller.

    One statement. Nothing is kept of the transaction, so that it ends also within another one.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOOK_BACK, [date.isoformat()])
        try:
            yield
        finally:
            transaction.set_rollback(True)


def each_as_recorded_by[Item](date: dt.date, items: Iterable[Item]) -> Iterator[Item]:
    """Yield items that are read as they are asked for, each in a transaction of its own.

    Whoever takes a file takes it slowly.
    """
    reading = iter(items)
    while True:
        with as_recorded_by(date):
            found = next(reading, None)
        if found is None:
            return
        yield found


def tell_day(date: dt.date) -> None:
    """Say which day the rest of a transaction happens on; without it that is the clock's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('console.told_day', %s, true)", [date.isoformat()])


def tell_no_day() -> None:
    """Let nothing be kept of what the rest of a transaction changes: it was so all along."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('console.told_day', '-infinity', true)")

"""What is removed when its time is up: each kind registered by the app it belongs to.

One task removes it in small batches, a kind after the other in turns, so that none waits for
another. Rows that somebody holds are left for the next time. An audit is the database's to
shorten: the application may only ask `console_forget_audit`, which knows by itself how long rows
stay.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import Error, connection, models, transaction
from django.utils import timezone

from reseller_console.lib import limits, locks

log = structlog.get_logger(__name__)

BATCH = 1_000
# A wake-up works for so long; the next one goes on. Nights wait in the same queue.
SECONDS = 45

# Removes at most so many rows that are older than an instant; returns how many.
Remove = Callable[[dt.datetime, int], int]

_KINDS: dict[str, Remove] = {}
_AUDITS: dict[str, tuple[str, str]] = {}


def register(name: str, remove: Remove) -> None:
    """Say how rows go that are kept for `RETENTION[name]` days."""
    _KINDS[name] = remove


def rows(older: Callable[[dt.datetime], models.QuerySet]) -> Remove:
    """Return what deletes the rows that `older` finds for an instant."""

    @transaction.atomic
    def remove(before: dt.datetime, most: int) -> int:
        found = older(before)
        free = found.select_for_update(skip_locked=True, of=("self",))
        keys = list(free.values_list("pk", flat=True)[:most])
        found.model._base_manager.filter(pk__in=keys).delete()
        return len(keys)

    return remove


def register_audit(name: str, model: type[models.Model], *, instant: str = "at") -> None:
    """Say that a table only the database shortens is kept for `RETENTION[name]` days."""
    table = model._meta.db_table
    _AUDITS[name] = (table, instant)

    def remove(_before: dt.datetime, most: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT console_forget_audit(%s, %s)", [table, most])
            return int(cursor.fetchone()[0])

    register(name, remove)


def ended_in_cache(before: dt.datetime, most: int) -> int:
    """Delete so many rows of the cache that ended before an instant; return how many.

    Django removes them only where somebody asks for them, or when the table is full.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM console_cache WHERE cache_key IN (SELECT cache_key FROM console_cache"
            " WHERE expires < %s LIMIT %s FOR UPDATE SKIP LOCKED)",
            [before, most],
        )
        return cursor.rowcount


def forget(*, seconds: float = SECONDS, batch: int = BATCH) -> dict[str, int]:
    """Remove what is due, for about so many seconds; return how many rows of each kind.

    While another process does so, nothing is done. What fails is logged and left for the next
    time; the other kinds go on.
    """
    until = time.monotonic() + seconds
    gone: dict[str, int] = {}
    with locks.held("retention", seconds=seconds + 60) as ours, limits.own("retention"):
        due = [name for name in _KINDS if settings.RETENTION[name]] if ours else []
        while due:
            for name in tuple(due):
                if time.monotonic() >= until:
                    return _told(gone)
                count = _one_batch(name, batch)
                gone[name] = gone.get(name, 0) + count
                if count < batch:
                    due.remove(name)
    return _told(gone)


def _told(gone: dict[str, int]) -> dict[str, int]:
    found = {name: count for name, count in gone.items() if count}
    if found:
        log.info("removed what was kept long enough", **found)
    return found


def _one_batch(name: str, batch: int) -> int:
    before = timezone.now() - dt.timedelta(days=settings.RETENTION[name])
    try:
        return _KINDS[name](before, batch)
    except Error:
        log.exception("removing old rows failed", kind=name)
        return 0


def keep_in_database() -> None:
    """Write down how long the audits are kept; for the owner, after every `migrate`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(current_user, tableowner, 'USAGE') FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename = 'console_retention'"
        )
        found = cursor.fetchone()
        for name, (table, instant) in _AUDITS.items() if found and found[0] else ():
            cursor.execute(
                "INSERT INTO console_retention (audit, instant, days) VALUES (%s, %s, %s)"
                " ON CONFLICT (audit) DO UPDATE"
                " SET instant = excluded.instant, days = excluded.days",
                [table, instant, settings.RETENTION[name]],
            )


def deviations() -> list[str]:
    """Return where the database keeps an audit for another time than the settings say.

    None before the first `migrate`, which asks as well.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.console_retention') IS NULL")
        if cursor.fetchone()[0]:
            return []
        cursor.execute("SELECT audit, days FROM console_retention")
        known = dict(cursor.fetchall())
    return [
        f"{table} is kept for {known.get(table, 0)} days, but the settings say"
        f" {settings.RETENTION[name]}. Run migrate to apply that."
        for name, (table, _instant) in _AUDITS.items()
        if known.get(table, 0) != settings.RETENTION[name]
    ]

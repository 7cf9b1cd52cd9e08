"""Storing many rows at once: PostgreSQL's COPY, several times faster than INSERT."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

from django.db import connection, models

_IDS_AT_ONCE = 1_000


def copy_in(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Store new rows exactly as they are, instants of `auto_now_add` fields included.

    Rows carry their ids (`ids_of`) when others refer to them. Constraints and triggers
    work as always: when a row breaks one, IntegrityError is raised and none is stored. No signals
    are sent.
    """
    if not rows:
        return
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.generated and (not field.primary_key or rows[0].pk is not None)
    ]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    statement = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
    values = attrgetter(*(field.attname for field in fields))
    # The driver knows all types but this one as they are.
    documents = [n for n, field in enumerate(fields) if isinstance(field, models.JSONField)]
    errors = connection.wrap_database_errors
    with connection.cursor() as cursor, errors, cursor.copy(statement) as copy:
        for row in rows:
            record = list(values(row))
            for n in documents:
                record[n] = fields[n].get_db_prep_save(record[n], connection)
            copy.write_row(record)


def ids_of(model: type[models.Model]) -> Iterator[int]:
    """Yield ids for new rows, taken from the table's sequence; those not used are lost."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [model._meta.db_table, _IDS_AT_ONCE],
            )
            yield from [row[0] for row in cursor.fetchall()]


def analyze(*tables: type[models.Model]) -> None:
    """Let PostgreSQL look at rows just stored; its guesses about new tables make slow plans.

    Works inside the transaction that stored them. Without the right MAINTAIN (PostgreSQL 17
    or newer) nothing happens, and autovacuum does it a minute after the commit.
    """
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(quote(model._meta.db_table) for model in tables)}")

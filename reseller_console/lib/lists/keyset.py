"""Pages without counting: each begins beyond the last row of the page before.

A sort is a list of keys that are compared together, so that one index range gives a page
however deep it lies. A cursor in the address holds the keys of the row it is at.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, F, Func, Value
from django.db.models.expressions import Expression, OrderBy

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

MOST_ROWS = 10**9


@dataclass(frozen=True)
class Key:
    """One part of a sort: the expression in SQL and how its value is read from a cursor.

    `read` raises ValueError or TypeError for a value that cannot be one of this key.
    """

    name: str
    expression: Expression | F
    read: Callable[[object], object]


def read_text(value: object) -> str:
    """Return a text key from a cursor."""
    if not isinstance(value, str) or len(value) > 500 or "\x00" in value:
        raise ValueError("not a text key")
    value.encode()  # A lone surrogate is no text a database knows.
    return value


def read_date(value: object) -> dt.date:
    """Return a date key from a cursor."""
    if not isinstance(value, str):
        raise ValueError("not a date key")
    return dt.date.fromisoformat(value)


def read_instant(value: object) -> dt.datetime:
    """Return an instant from a cursor."""
    if not isinstance(value, str):
        raise ValueError("not an instant")
    instant = dt.datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError("not an instant anywhere")
    return instant


def read_id(value: object) -> int:
    """Return a row's id from a cursor."""
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError("not an id")
    return value


@dataclass(frozen=True)
class Cursor:
    """A place in a sorted list: the keys of one row, and how many rows stand before it."""

    values: tuple[object, ...]
    rows_before: int

    def encode(self, sort: str) -> str:
        """Return the cursor as it is in an address, tied to the sort it belongs to."""
        values = [v.isoformat() if isinstance(v, dt.date) else v for v in self.values]
        packed = json.dumps([sort, self.rows_before, *values], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).rstrip(b"=").decode()

    @classmethod
    def decode(cls, text: str, sort: str, keys: list[Key]) -> Cursor | None:
        """Return the cursor in `text`, None when it is not one of this sort."""
        if not text or len(text) > 4_000:
            return None
        try:
            packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            parts = json.loads(packed)
            if not isinstance(parts, list) or len(parts) != len(keys) + 2 or parts[0] != sort:
                return None
            rows_before = min(read_id(parts[1]), MOST_ROWS)
            values = tuple(key.read(part) for key, part in zip(keys, parts[2:], strict=True))
        except (binascii.Error, ValueError, TypeError, RecursionError):
            return None
        return cls(values, rows_before)


class Beyond(Func):
    """Whether a row's keys, compared together, lie beyond a place: the values of its keys."""

    template = "(%(expressions)s)"
    output_field = BooleanField()

    def __init__(self, keys: list[Key], place: tuple[object, ...], *, downwards: bool) -> None:
        values = [Value(value) for value in place]
        self.keys_count = len(keys)
        self.sign = "<" if downwards else ">"
        super().__init__(*(key.expression for key in keys), *values)

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Compile to a row comparison, which PostgreSQL answers from one index range."""
        parts: list[str] = []
        params: list[Any] = []
        for expression in self.source_expressions:
            sql, args = compiler.compile(expression)
            parts.append(sql)
            params.extend(args)
        left, right = parts[: self.keys_count], parts[self.keys_count :]
        return f"({', '.join(left)}) {self.sign} ({', '.join(right)})", tuple(params)


def standing_before(keys: list[Key], place: tuple[object, ...]) -> Beyond:
    """Return the condition that a row has smaller keys than a place has."""
    return Beyond(keys, place, downwards=True)


def ordering(keys: list[Key], *, downwards: bool) -> list[OrderBy]:
    """Return the keys as an ORDER BY, all of them up or all of them down.

    A key that is the same in all rows, as where two kinds of rows are merged, is left out: there
    is nothing to sort, and PostgreSQL takes a bare number for the place of a column.
    """
    return [
        OrderBy(key.expression, descending=downwards)
        for key in keys
        if not isinstance(key.expression, Value)
    ]


def computed(keys: list[Key]) -> dict[str, Expression | F]:
    """Return the keys that are no columns of the row, for `annotate`."""
    return {key.name: key.expression for key in keys if not isinstance(key.expression, F)}


def keys_of(row: object, keys: list[Key]) -> tuple:
    """Return the keys of a row that was read with them."""
    return tuple(getattr(row, key.name) for key in keys)

"""Exceptions as text: where it happened and why, without the data it happened to."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any

from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db import Error as DatabaseError

from reseller_console.lib.logs.cleaning import CUT

# Their messages quote the value that was wrong.
_ABOUT_VALUES = (
    *(ValueError, LookupError, ArithmeticError, ValidationError, SuspiciousOperation),
    DatabaseError,
)
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
# Names of columns, constraints and keys.
_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*")
_LONGEST_MESSAGE = 500
_MOST_FRAMES = 40
_BECAUSE = "The cause:"
_WHILE = "While handling:"


def render_tracebacks(
    logger: object, name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace `exc_info` by the text of the exception, under `exception`."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = told(error)
    return event


def told(error: BaseException) -> str:
    """Return an exception and what led to it: frames with their lines of code, no values."""
    return "\n".join(_parts(error, set()))


def _parts(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    yield "".join(traceback.format_tb(error.__traceback__, -_MOST_FRAMES)) + in_words(error)
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield from _parts(part, seen)
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield _BECAUSE if error.__cause__ else _WHILE
        yield from _parts(before, seen)


def in_words(error: BaseException) -> str:
    """Return the kind of an exception and its message, in a line, without the values it quotes."""
    kind = type(error)
    name = (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )
    try:
        first = next(iter(str(error).splitlines()), "")
    except Exception:
        first = "(its message cannot be told)"
    if isinstance(error, _ABOUT_VALUES) or name.startswith("psycopg."):
        first = _QUOTED.sub(_unless_code, first)
    return f"{name}: {first[:_LONGEST_MESSAGE]}" if first else name


def _unless_code(quoted: re.Match[str]) -> str:
    return (
        quoted[0]
        if _IDENTIFIER.fullmatch(quoted[0][1:-1])
        else f"{quoted[0][0]}{CUT}{quoted[0][0]}"
    )

"""Many small cases in one test: each is tried, and all that fail are told.

`parametrize` makes a test of every case, with people and customers of its own: right for a few
cases that take their time, slow for dozens of forms that differ in one field.
"""

from __future__ import annotations

import functools
import inspect
import reprlib
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

_SHOWN = 120


def each(names: str | tuple[str, ...], cases: Iterable[Any]) -> Callable[..., Any]:
    """Call a test once for every case; says which ones fail, and why.

    Names and cases are those of `parametrize`. What a case writes to the database is undone
    before the next one. A fixture a case asks for by `request` would vanish with it, and all
    the later ones would find it gone: that is refused.
    """
    names, cases = (names,) if isinstance(names, str) else names, list(cases)

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(test)
        if "request" in signature.parameters:
            raise TypeError(f"{test.__name__}: name the fixtures of all cases")
        if not cases:
            raise ValueError(f"{test.__name__}: there is no case")

        @functools.wraps(test)
        def tried(**fixtures: Any) -> None:
            __tracebackhide__ = True
            failed = [
                f"{number}. {_short(case)}: {said}"
                for number, case in enumerate(cases, 1)
                if (said := _said_by(test, fixtures | _arguments(names, case)))
            ]
            assert not failed, f"{len(failed)} of {len(cases)} cases fail:\n" + "\n".join(failed)

        kept = [one for name, one in signature.parameters.items() if name not in names]
        tried.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
        return tried

    return decorate


def _arguments(names: tuple[str, ...], case: Any) -> dict[str, Any]:
    return dict(zip(names, case if len(names) > 1 else (case,), strict=True))


def _said_by(test: Callable[..., None], arguments: dict[str, Any]) -> str:
    """Return what a failing case says and where, and "" for one that passes."""
    try:
        with _undone():
            test(**arguments)
    except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:
        frames = traceback.extract_tb(error.__traceback__)
        file = inspect.getsourcefile(inspect.unwrap(test))
        lines = [f"line {frame.lineno}: " for frame in frames if frame.filename == file]
        return f"{''.join(lines[-1:])}{type(error).__name__}: {error}"
    return ""


@contextmanager
def _undone() -> Iterator[None]:
    if not connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _short(case: Any) -> str:
    shown = repr(case) if not isinstance(case, (bytes, str)) else reprlib.repr(case)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."

r"""Finding customers: every word of the question must occur, in any order, anywhere.

Names, email, VIP ID and the numbers of purchase authorizations, purchase orders and orders
are one folded text (`lib.text.searchable`), so neither case nor accents matter and blanks
part words. `%`, `_` and `\` are letters like any other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from reseller_console.lib.text import letters_that_may_follow, searchable

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

LONGEST = 200
# What no text holds, searched when a question is made only of signs that are left out.
_NOWHERE = "JJJ"
_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def cleaned(q: str) -> str:
    """Return the question without characters that no text holds, cut at the longest allowed."""
    return " ".join(_NOT_TEXT.sub(" ", q).split())[:LONGEST].strip()


def words_of(q: str) -> list[str]:
    """Return the words to look for, folded; those that others contain are left out."""
    asked = searchable(q).split() or ([_NOWHERE] if q.strip() else [])
    words = sorted(set(asked), key=lambda word: (-len(word), word))
    return [word for i, word in enumerate(words) if not any(word in longer for longer in words[:i])]


def matching(q: str) -> Q:
    """Return the condition on a customer row for a question; everyone for a blank one."""
    condition = Q()
    for word in words_of(q):
        condition &= _holds(word)
    return condition


def reading(q: str, *, text: str = "search_text") -> Q:
    """Return the same condition for rows that are looked at one by one, in their own order.

    `text` leads from the row to its searchable text. No index can answer it, so that the
    planner does not gather all that match first, which is slower where many do.
    """
    condition = Q()
    for word in words_of(q):
        condition &= _read(word, text)
    return condition


def _read(word: str, text: str = "search_text") -> Q:
    return Q(GreaterThan(StrIndex(F(text), Value(word)), 0))


def _holds(word: str) -> Q:
    if len(word) == 1:
        # No index helps here; this is the quickest way to look at every row.
        return _read(word)
    return Q(_ContainsPair(word)) if len(word) == 2 else Q(search_text__contains=word)


class _ContainsPair(Func):
    """Two letters anywhere in the text, said so that the trigram index can answer.

    A pattern of two letters holds no trigram. But a third letter, a blank or the end must
    follow them, and so many patterns together mean the same. `strpos` says it once more for
    rows that are read one by one, where it is much quicker.
    """

    output_field = BooleanField()

    def __init__(self, pair: str) -> None:
        patterns = [f"%{pair}{next_one}%" for next_one in letters_that_may_follow()]
        super().__init__(F("search_text"), Value(pair), Value([*patterns, f"%{pair}"]))

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **extra: Any
    ) -> tuple[str, tuple[Any, ...]]:
        """Compile to both tests."""
        (text, none), (pair, one), (patterns, many) = map(compiler.compile, self.source_expressions)
        sql = f"(strpos({text}, {pair}) > 0 AND {text} LIKE ANY ({patterns}))"
        return sql, (*none, *one, *none, *many)

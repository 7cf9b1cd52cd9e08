"""Rows of tables printed from stencils.

Running a template for every row is most of the work of a page with a long table. Rows differ in
little more than their texts, so the template of a row runs once for each shape a row can have,
with marks in place of the texts; filling the marks is then all a row takes. Texts are escaped on
the way in, as in any template.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from html import escape

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# A private-use character, which neither a template nor a name in the console contains.
_MARK = "\ue000"
_MARKED = re.compile(f"{_MARK}(\\w+){_MARK}")

# Most texts are in many rows. All are plain strings, so that Python's own escape does, which
# is three times as quick as the one that also takes lazy translations.
_escaped = lru_cache(maxsize=8_192)(escape)


class Stencil:
    """The template of a row; in it `{{ row.name }}` is a text, `{{ shape.name }}` the shape's.

    The shape is what the row has and offers. Of each shape and language the template runs
    once and is kept, so shapes must be few. `constants` are the same in every row.
    """

    def __init__(self, template: str, **constants: object) -> None:
        self._template, self._constants = template, constants
        self._made = lru_cache(maxsize=2_048)(self._make)

    def printed(self, texts: Mapping[str, str], shape: Hashable = None) -> SafeString:
        """Return a row with its texts by name; each is escaped unless it is a SafeString.

        Raises KeyError where the template asks for a text that is not among them.
        """
        filled = {
            name: text if type(text) is SafeString else _escaped(text)
            for name, text in texts.items()
        }
        return SafeString(self._made(shape, get_language()) % filled)

    def _make(self, shape: Hashable, language: str | None) -> str:
        context = self._constants | {"row": _Marks(), "shape": shape}
        html = render_to_string(self._template, context)
        plain = " ".join(html.split()).replace("%", "%%")
        return _MARKED.sub(r"%(\1)s", plain)


def joined(rows: Iterable[SafeString]) -> SafeString:
    """Return printed rows as one piece of the page."""
    return mark_safe("".join(rows))


class _Marks(dict[str, str]):
    """A mark for every name a template asks for."""

    def __missing__(self, name: str) -> str:
        return f"{_MARK}{name}{_MARK}"

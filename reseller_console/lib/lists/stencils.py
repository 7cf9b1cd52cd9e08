"""Rows of tables printed from stencils.

Running a template for every row is most of the work of a page with a long table. Rows differ in
little more than their texts, so the template of a row runs once for each shape a row can have,
with marks in place of the texts; filling the marks is then all a row takes.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import lru_cache
from html import escape

from django.template.loader import render_to_string
from django.utils.translation import get_language

# A private-use character, which neither a template nor a name in the console contains.
_MARK = "\ue000"
_MARKED = re.compile(f"{_MARK}(\\w+){_MARK}")


def stencil(template: str, shape: Hashable = None) -> str:
    """Return a row's template, ready for `%` with a dict of escaped texts by their names.

    In the template `{{ row.name }}` is a text, `{{ shape.name }}` what the row has and offers.
    Of each shape and language it is made once and kept, so shapes must be few. Texts are
    put in as they are: whoever fills it has escaped them (`Escaped`).
    """
    return _made(template, shape, get_language() or "")


@lru_cache(maxsize=2_048)
def _made(template: str, shape: Hashable, language: str) -> str:
    html = render_to_string(template, {"row": _Marks(), "shape": shape})
    plain = " ".join(html.split()).replace("%", "%%")
    return _MARKED.sub(r"%(\1)s", plain)


class _Marks(dict[str, str]):
    """A mark for every name a template asks for."""

    def __missing__(self, name: str) -> str:
        return f"{_MARK}{name}{_MARK}"


class Escaped(dict[str, str]):
    """Each text of a page escaped once; most of them stand in many rows.

    All are plain strings, so that Python's own escape does, which is three times as quick
    as the one that also takes lazy translations.
    """

    def __missing__(self, text: str) -> str:
        self[text] = escape(text)
        return self[text]

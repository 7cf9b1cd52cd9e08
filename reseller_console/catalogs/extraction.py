"""Finding the messages: in Python by Babel, in templates as Django itself reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract
from django.template import Engine
from django.template.backends.django import get_installed_libraries
from django.template.base import FilterExpression, Node, NodeList, TokenType
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.safestring import SafeString

from reseller_console.catalogs import scope

_PYTHON = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Emails have words of their own, and so have pages.
_BUILTINS = [
    "django.templatetags.i18n",
    "django.templatetags.static",
    "notifications.templatetags.emails",
    "reseller_console.lib.templatetags.console",
]


class NotTranslatable(Exception):
    """A template says something in a way that no catalog can hold."""


@dataclass(frozen=True, order=True)
class Message:
    """One message; `plural` and `context` are blank where there is none."""

    singular: str
    plural: str = ""
    context: str = ""


def messages(root: Path) -> dict[Message, list[str]]:
    """Return every message in scope below `root` with the files it is in.

    Raises NotTranslatable.
    """
    found = {Message(*words): {"reseller_console/catalogs/scope.py"} for words in scope.BORROWED}
    engine = Engine(
        dirs=[str(root / "templates")], libraries=get_installed_libraries(), builtins=_BUILTINS
    )
    sources = [(path, _of_module(path)) for path in scope.modules(root)]
    sources += [(path, _of_template(path, engine)) for path in scope.templates(root)]
    for path, told in sources:
        for message in told:
            found.setdefault(message, set()).add(path.relative_to(root).as_posix())
    return {message: sorted(files) for message, files in sorted(found.items())}


def _of_module(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        for _line, told, _comments, context in extract("python", file, _PYTHON):
            singular, plural = told[:2] if isinstance(told, tuple) else (told, "")
            yield Message(singular, plural, context or "")


def _of_template(path: Path, engine: Engine) -> Iterator[Message]:
    template = engine.from_string(path.read_text())
    for node in _nodes(template.nodelist):
        _refuse_words_in_expressions(node, path)
        if isinstance(node, TranslateNode) and not node.noop:
            told = getattr(node.filter_expression.var, "literal", None)
            if not isinstance(told, str):
                raise NotTranslatable(f"{path}: a translate tag is given a variable.")
            yield Message(told.replace("%", "%%"), context=_constant(node.message_context, path))
        elif isinstance(node, BlockTranslateNode):
            singular, _names = node.render_token_list(node.singular)
            plural, _names = node.render_token_list(node.plural) if node.plural else ("", [])
            yield Message(singular, plural, _constant(node.message_context, path))


def _nodes(nodes: NodeList) -> Iterator[Node]:
    for node in nodes:
        yield node
        for name in node.child_nodelists:
            yield from _nodes(getattr(node, name, None) or NodeList())


def _constant(context: FilterExpression | None, path: Path) -> str:
    if context is None:
        return ""
    if not isinstance(context.var, SafeString):
        raise NotTranslatable(f"{path}: the context of a message is a variable.")
    return str(context.var)


def _refuse_words_in_expressions(node: Node, path: Path) -> None:
    """Refuse `_("…")` inside other tags: Django hides it where only a guess would find it."""
    token = getattr(node, "token", None)
    if token is not None and token.token_type in (TokenType.BLOCK, TokenType.VAR):
        written = token.contents.replace(" ", "")
        if '_("' in written or "_('" in written:
            raise NotTranslatable(f"{path}: write {{% translate … as … %}} instead of _(…).")

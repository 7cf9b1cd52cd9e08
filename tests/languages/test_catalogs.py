"""The message catalogs are whole, and in step with what the console says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from reseller_console.catalogs import extraction, files, scope

ROOT = Path(settings.BASE_DIR)
LANGUAGES = files.languages()
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|\{\w+\}|</?\w+[^>]*>")


@pytest.fixture(scope="module")
def found():
    return extraction.messages(ROOT)


def forms(entry) -> tuple[str, ...]:
    return tuple(entry.string) if isinstance(entry.string, (tuple, list)) else (entry.string,)


def said(language: str) -> list[tuple[tuple[str, ...], str]]:
    """Return every form of every translation with the English it stands for."""
    pairs = []
    for entry in entries(language):
        english = entry.id if isinstance(entry.id, (tuple, list)) else (entry.id,)
        pairs += [(tuple(english), form) for form in forms(entry)]
    return pairs


def entries(language: str) -> list:
    return [entry for entry in files.read(ROOT, language) if entry.id]


def test_the_languages_of_the_settings_are_translated():
    assert LANGUAGES == ["de", "et"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_untranslated_or_guessed(language):
    catalog = files.read(ROOT, language)
    assert [entry.id for entry in files.untranslated(catalog)] == []
    assert len(entries(language)) > 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_of_the_console_is_in_the_catalog(language, found):
    catalog = files.read(ROOT, language)
    missing = [m for m in found if catalog.get(m.singular, m.context or None) is None]
    assert missing == [], "Run ./console messages and translate what it lists."
    assert len(entries(language)) == len(found), "Messages that nobody says any more."


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language):
    catalog = files.read(ROOT, language)
    assert files.path_of(ROOT, language, ".mo").read_bytes() == files.compiled(catalog)


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_fill_in_exactly_what_the_message_does(language):
    """The form for one thing alone may do what the English singular does."""
    wrong = []
    for entry in entries(language):
        ids = tuple(entry.id) if entry.pluralizable else (entry.id, entry.id)
        one, *many = (sorted(PLACEHOLDER.findall(form)) for form in forms(entry))
        singular, plural = (sorted(PLACEHOLDER.findall(words)) for words in ids)
        if one not in (singular, plural) or any(form != plural for form in many):
            wrong.append((ids, forms(entry)))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_the_forms_of_the_language(language):
    catalog = files.read(ROOT, language)
    assert catalog.num_plurals == 2
    assert all(len(forms(e)) == 2 for e in entries(language) if e.pluralizable)
    with translation.override(language):
        say = translation.ngettext
        one, many = (say("%(days)d day left", "%(days)d days left", n) for n in (1, 2))
        assert one != many
        assert say("%(days)d day left", "%(days)d days left", 0) == many


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_end_and_begin_as_the_english_ones(language):
    """A full stop too many or few, or a blank at an end, is a slip of the pen."""
    wrong = [
        (english[0], form)
        for english, form in said(language)
        if form != form.strip()
        or (english[0][-1] in ".:?" and form[-1:] not in ".:?!")
        or (english[0][-1].isalpha() and form[-1:] == ".")
    ]
    assert wrong == []


def test_no_words_are_looked_up_when_a_module_is_read():
    """What is translated then is in one language for ever; a lazy word waits for its reader."""
    eager = []
    for path in scope.modules(ROOT):
        tree = ast.parse(path.read_text())
        imported = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
            for alias in node.names
            if alias.name in {"gettext", "ngettext", "pgettext", "npgettext"}
        }
        eager += [
            f"{path.relative_to(ROOT)}:{node.lineno}"
            for node in _at_once(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in imported
        ]
    assert eager == []


def _at_once(tree: ast.AST):
    """Yield the nodes that run when the module is imported: none inside functions."""
    for child in ast.iter_child_nodes(tree):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield child
            yield from _at_once(child)


def test_every_module_named_as_english_exists():
    assert [pattern for pattern in scope.ENGLISH_ONLY if not list(ROOT.glob(pattern))] == []

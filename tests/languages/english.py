"""Finding English on pages and in emails of other languages.

`assert_no_english(response, "de")` is for everybody who makes a page members see.
"""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from typing import Any

from django.conf import settings

from reseller_console.catalogs import extraction, files
from tests import delivered

# Attributes that are read out, or shown by scripts or styles.
_READ = ("aria-label", "aria-description", "alt", "title", "placeholder", "content")
_UNSEEN = {"script", "style", "template"}
_NO_END = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
_MONTHS = {"january", "february", "march", "may", "june", "july", "october", "december"}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%|<[^>]+>")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# What is nobody's language: addresses, links, numbers, and the names the tests' people have.
_NEUTRAL = re.compile(
    # An id of a request is 32 hex digits: "be" may stand between two of them that are none.
    r"\b[0-9a-f]{32}\b|https?://\S+|\S+@\S+|/[\w/-]+|[0-9A-F]{20}|PA-\w{8}|\bCustomer \d+|\bPO \d+"
    r"|North|South|(?:Reseller|Admin) Console(?:’\w+)?|Value Incentive Plan"
)


class _Visible(HTMLParser):
    """Collects the texts a reader of the page meets, each with the language it says it is in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        language = own.get("lang") or (self.open[-1][1] if self.open else "")
        for name, value in own.items():
            shown = name in _READ or name.startswith("data-")
            if value and shown and tag != "meta" and not value.startswith(("{", "/", "#")):
                self.texts.append((value, language))
        if tag == "html":
            # The page as a whole says what it wants to be; its words are judged.
            language = ""
        if tag not in _NO_END:
            self.open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, language = self.open[-1] if self.open else ("", "")
        if data.strip() and tag not in _UNSEEN:
            self.texts.append((" ".join(data.split()), language))


@cache
def _vocabulary(language: str) -> frozenset[str]:
    """Return the words of the English messages that no message of the language has."""
    english, others = set(_MONTHS), set()
    for message in extraction.messages(settings.BASE_DIR):
        for words in (message.singular, message.plural):
            english |= _words(_PLACEHOLDER.sub(" ", words))
    for entry in files.read(settings.BASE_DIR, language):
        if entry.id:
            forms = entry.string if isinstance(entry.string, (tuple, list)) else [entry.string]
            for words in forms:
                others |= _words(_PLACEHOLDER.sub(" ", words))
    return frozenset(english - others)


@cache
def _names() -> re.Pattern[str]:
    # Families are called by the vendor's names as well.
    families = ("Creative Cloud for enterprise", "Adobe Stock")
    products = sorted((*delivered.product_names(), *families), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, products)))


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.lower()) if len(word) > 1}


def english_in(
    shown: Any, language: str, *, names: tuple[str, ...] = (), html: bool = True
) -> list[str]:
    """Return the texts that have English words in them, in an answer, a page or plain text.

    `names` are texts that are nobody's language: what people typed. A part of the page that
    says by its own `lang` that it is in another language is believed.
    """
    page = shown.content.decode() if hasattr(shown, "content") else str(shown)
    texts = _Visible(page).texts if html else [(line, "") for line in page.splitlines()]
    found = []
    for text, said in texts:
        if said and said != language:
            continue
        rest = text
        for name in sorted(names, key=len, reverse=True):
            rest = rest.replace(name, " ")
        rest = _NEUTRAL.sub(" ", _names().sub(" ", rest))
        if _words(rest) & _vocabulary(language):
            found.append(f"{text}  [{', '.join(sorted(_words(rest) & _vocabulary(language)))}]")
    return found


def assert_no_english(
    shown: Any, language: str, *, names: tuple[str, ...] = (), html: bool = True
) -> None:
    """Fail when an answer, a page or a text has an English word where a reader meets it.

    See `english_in`. A page has to say in its markup that it is in the language.
    """
    page = shown.content.decode() if hasattr(shown, "content") else str(shown)
    if html and "<html" in page:
        assert f'<html lang="{language}"' in page, f"The page is not in {language}."
    found = english_in(page, language, names=names, html=html)
    assert not found, "English on it:\n" + "\n".join(found)

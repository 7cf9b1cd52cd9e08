"""The languages the console speaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pycountry
from django.conf import settings
from django.utils import translation

ENGLISH = "en"


def keep_speaking[Piece](pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield what is made piece by piece after the request, in the language that is spoken now."""
    language = translation.get_language()
    return _in_language(iter(pieces), language or ENGLISH)


def _in_language[Piece](pieces: Iterator[Piece], language: str) -> Iterator[Piece]:
    while True:
        # Only while a piece is made: whoever takes it may be speaking another language.
        with translation.override(language):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def spoken(language: str) -> str:
    """Return `language` where the console's words are translated to it, else English.

    A country's variant, such as `de-at`, is the language itself.
    """
    language = language.lower().split("-")[0]
    return language if language in dict(settings.LANGUAGES) else ENGLISH


# A tag of BCP 47, or a locale as POSIX writes it: de-AT, zh-Hant-TW, de_DE.UTF-8, ca@valencia.
_TAG = re.compile(
    r"([a-z]{2,3})((?:[-_][a-z0-9]{1,8})*)(?:\.[a-z0-9_-]+)?(?:@[a-z0-9=_-]+)?", re.IGNORECASE
)


def known_language(tag: str) -> str:
    """Return what is known of a language tag, "" where it is none.

    A language the console speaks is that, whatever country, script or charset goes with it;
    any other language of ISO 639 is its code: of two letters where it has one.
    """
    well_formed = _TAG.fullmatch(tag.strip())
    if well_formed is None:
        return ""
    code = well_formed[1].lower()
    key = {2: "alpha_2", 3: "alpha_3"}[len(code)]
    language = pycountry.languages.get(**{key: code})
    if language is None and len(code) == 3:
        # The older codes of libraries: ger, fre.
        language = pycountry.languages.get(bibliographic=code)
    return (getattr(language, "alpha_2", "") or language.alpha_3) if language else ""

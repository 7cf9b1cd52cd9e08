"""How text people typed is compared, searched and sorted.

PostgreSQL's own folding depends on its locale and cannot be indexed, so both are computed
here, once, and stored.
"""

from __future__ import annotations

import unicodedata

# Letters that carry their stroke or ligature in one code point, with nothing to strip.
_PLAIN = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ł": "l",
        "ħ": "h",
        "ŧ": "t",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
        "ı": "i",
    }
)


def collapse(text: str) -> str:
    """Return `text` in NFC, trimmed, each run of blanks made one blank."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def comparison_key(text: str) -> str:
    """Return the form in which two names or addresses are the same thing.

    NFC, blanks collapsed, casefolded; accents count.
    """
    return unicodedata.normalize("NFC", collapse(text).casefold())


def fold(text: str) -> str:
    """Return the form in which text is searched and sorted: no case, no accents.

    Scripts without case or accents pass through unchanged.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", " ".join(plain.split())).translate(_PLAIN)


_LEADS = "ABCDEFGHIJKLM"
_TAILS = "NOPQRSTUVWXYZ"


def _letters(char: str) -> str:
    """Return five capitals for one character beyond ASCII; the first marks the beginning."""
    number, tails = ord(char), ""
    for _ in range(4):
        number, digit = divmod(number, len(_TAILS))
        tails = _TAILS[digit] + tails
    return _LEADS[number % len(_LEADS)] + tails


def searchable(text: str) -> str:
    """Return folded `text` in ASCII, the form that is stored for searching.

    PostgreSQL's trigrams know only the letters of the database's locale: under a plain one
    every script but Latin would be searched row by row. Each character beyond ASCII becomes
    five capitals, which folded text has none of, so that substrings keep matching exactly
    and two characters of any script are enough for the index.
    """
    return "".join(c if c.isascii() else _letters(c) for c in fold(text))

"""How text people typed is compared, searched and sorted.

PostgreSQL's own folding depends on its locale and cannot be indexed, so both are computed
here, once, and stored.
"""

from __future__ import annotations

import string
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
    # Twice, as compatibility forms such as the telephone sign come apart into capitals.
    decomposed = unicodedata.normalize("NFKD", text.casefold()).casefold()
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", " ".join(plain.split())).translate(_PLAIN)


_LEADS = "ABCDEFGHIJKLM"
_TAILS = "NOPQRSTUVWXYZ"
# Codes of ASCII punctuation begin with a lead that no assigned character's code has, and
# their letters hardly ever stand together in a word.
_PUNCTUATION_LEADS = "JKLM"
_PUNCTUATION_TAILS = "QVWXZ"


def _letters(char: str) -> str:
    """Return the capitals for one character that is no letter or digit of ASCII.

    Three for punctuation, five for everything else; the first marks the beginning.
    """
    number, tails = ord(char), ""
    if char.isascii() and char.isprintable():
        rest, last = divmod(number - ord(" "), len(_PUNCTUATION_TAILS))
        lead, first = divmod(rest, len(_PUNCTUATION_TAILS))
        return _PUNCTUATION_LEADS[lead] + _PUNCTUATION_TAILS[first] + _PUNCTUATION_TAILS[last]
    for _ in range(4):
        number, digit = divmod(number, len(_TAILS))
        tails = _TAILS[digit] + tails
    return _LEADS[number % len(_LEADS)] + tails


def _is_plain(char: str) -> bool:
    return char == " " or (char.isascii() and char.isalnum())


def searchable(text: str) -> str:
    """Return folded `text` in letters, digits and blanks of ASCII: what is stored for searching.

    PostgreSQL's trigrams know only the letters of the database's locale: under a plain one
    every script but Latin, and all punctuation, would be searched row by row. Each other
    character becomes a code of capitals, which folded text has none of, so that substrings
    keep matching exactly and two characters of any kind are enough for the index.
    """
    return "".join(c if _is_plain(c) else _letters(c) for c in fold(text))


def letters_that_may_follow() -> str:
    """Return every character that a letter or digit of searchable text can be followed by."""
    return string.ascii_lowercase + string.digits + _LEADS + " "

"""Which characters people take for the same letter or sign, for searching and sorting.

Made from the Unicode data that comes with Python: letters by their names, marks by the blocks
of accents. Accents are what Latin, Greek and Cyrillic put on a letter, and the points of Hebrew
and Arabic, which are mostly left out in writing. The voiced marks of kana and the vowels and
viramas of Thai and Indic scripts make another letter or word, so they stay.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# First and last code point of each run of accents.
_ACCENTS = (
    (0x0300, 0x036F),
    (0x0483, 0x0487),
    (0x0591, 0x05BD),
    (0x05BF, 0x05BF),
    (0x05C1, 0x05C2),
    (0x05C4, 0x05C5),
    (0x05C7, 0x05C7),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x0670, 0x0670),
    (0x06D6, 0x06DC),
    (0x06DF, 0x06E4),
    (0x06E7, 0x06E8),
    (0x06EA, 0x06ED),
    (0x1AB0, 0x1ACE),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20F0),
    (0xFE20, 0xFE2F),
)
_APOSTROPHES = "’‘‛ʼʻʽˈ′‵`´＇ꞌ\u02bf\u02be"
_QUOTES = "“”„‟«»‹›〝〞〟＂″‶❝❞"
_DASHES = "‐‑‒–—―−﹘﹣－⁃╌"
# Letters that are nobody else's with a stroke or a hook, and have no decomposition.
_LETTERS = {
    "æ": "ae",
    "ǣ": "ae",
    "ǽ": "ae",
    "œ": "oe",
    "ø": "o",
    "þ": "th",
    "ð": "d",
    "đ": "d",
    "ı": "i",
    "ȷ": "j",
    "ĸ": "k",
    "ŋ": "n",
    "ə": "e",
    "ǝ": "e",
    "ɛ": "e",
    "ɔ": "o",
    "ɣ": "g",
    "ɩ": "i",
    "ʊ": "u",
    "ʒ": "z",
    "ƿ": "w",
    "ȝ": "y",
    "ß": "ss",
    "ʉ": "u",
    "ɵ": "o",
    "ɑ": "a",
    # Arabic as written in Persian, Urdu and elsewhere; the alef that stands for a yeh.
    "ک": "ك",
    "ڪ": "ك",
    "ی": "ي",
    "ى": "ي",
    "ې": "ي",
    "ے": "ي",
    "ہ": "ه",
    "ھ": "ه",
    "ە": "ه",
    "ۀ": "ه",
    "ٱ": "ا",
}
_NAMED = re.compile(r"LATIN SMALL LETTER ([A-Z]{1,2}) WITH .*")
# Where Latin letters with strokes, hooks, tails and the like stand.
_LATIN = (range(0x00C0, 0x02B0), range(0x1D6B, 0x1DC0), range(0xA720, 0xA800))
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)


def without_invisible(text: str) -> str:
    """Return `text` without what nobody sees: directions, joiners, soft hyphens, tatweel."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


@cache
def signs() -> dict[int, str]:
    """Return the table of apostrophes, quotes and dashes to the ones of a keyboard."""
    return (
        dict.fromkeys(map(ord, _APOSTROPHES), "'")
        | dict.fromkeys(map(ord, _QUOTES), '"')
        | dict.fromkeys(map(ord, _DASHES), "-")
    )


@cache
def plain_letters() -> dict[int, str | None]:
    """Return the table of decomposed text to plain letters: accents go, digits are of ASCII."""
    accents = dict.fromkeys(code for first, last in _ACCENTS for code in range(first, last + 1))
    table = {
        code: match[1].lower()
        for run in _LATIN
        for code in run
        if (match := _NAMED.fullmatch(unicodedata.name(chr(code), "")))
    }
    digits = {
        code: str(unicodedata.decimal(chr(code)))
        for code in range(0x0660, 0x1E960)
        if unicodedata.category(chr(code)) == "Nd"
    }
    letters = {ord(letter): plain for letter, plain in _LETTERS.items()}
    return accents | table | digits | letters | signs()

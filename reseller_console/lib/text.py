"""How text people typed is compared, searched and sorted.

PostgreSQL's own folding depends on its locale and cannot be indexed, so both are computed
here, once, and stored.
"""

from __future__ import annotations

import re
import string
import unicodedata

from reseller_console.lib.letters import plain_letters, signs, without_invisible

# Signs inside names that some people write and others leave out: O'Brien, N.V., "Ludwik".
_LEFT_OUT = str.maketrans("", "", "'`\".")
# Two ways to write one vowel: Müller and Mueller, Aarhus and Århus.
_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_ONE_LETTER = re.compile("(?<=[ao])[ae]|(?<=u)e")


def collapse(text: str) -> str:
    """Return `text` in NFC, trimmed, each run of blanks made one blank."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def comparison_key(text: str) -> str:
    """Return the form in which two names or numbers are the same thing.

    NFC, blanks collapsed, casefolded, the signs and dashes of a keyboard, nothing invisible;
    accents count. Addresses of email have `lib.addresses.address_key`.
    """
    seen = collapse(without_invisible(text)).casefold().translate(signs())
    return unicodedata.normalize("NFC", seen)


def fold(text: str) -> str:
    """Return the form in which text is searched and sorted.

    No case, no accents, nothing invisible, one letter for what people take for one letter, and
    without apostrophes, quotes and full stops. Scripts without case or accents stay as they are.
    """
    if text.isascii():
        return " ".join(text.lower().translate(_LEFT_OUT).split())
    # Twice, as compatibility forms such as the telephone sign come apart into capitals.
    seen = without_invisible(text).translate(signs()).casefold()
    decomposed = unicodedata.normalize("NFKD", seen).casefold()
    # Composed again for what keeps its marks, such as voiced kana.
    plain = unicodedata.normalize("NFC", decomposed.translate(plain_letters()))
    return " ".join(plain.translate(_LEFT_OUT).split())


def sort_key(text: str) -> str:
    """Return the form in which names are sorted: as folded, from their first letter or digit."""
    folded = fold(text)
    for place, char in enumerate(folded):
        if char.isalnum():
            return folded[place:]
    return folded


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


def findable(text: str) -> str:
    """Return what is stored of `text` so that it is found: each word, and other ways to write it.

    Müller is found by mueller as well, and Mueller by müller. What is stored of a text is what
    is stored of its words.
    """
    return " ".join(found for word in text.split() for found in _ways_to_write(word))


def _ways_to_write(word: str) -> list[str]:
    """Return the searchable forms of a word, none twice: as it is, in two letters, in one."""
    said = searchable(word)
    ways = dict.fromkeys(said.split())
    if word.isascii():
        # Names only: numbers and addresses have one spelling.
        if said.isalpha() and said.islower():
            ways[_ONE_LETTER.sub("", said)] = None
    else:
        composed = unicodedata.normalize("NFC", word).casefold()
        ways |= dict.fromkeys(searchable(composed.translate(_TWO_LETTERS)).split())
    return list(ways)


def letters_that_may_follow() -> str:
    """Return every character that a letter or digit of searchable text can be followed by."""
    return string.ascii_lowercase + string.digits + _LEADS + " "

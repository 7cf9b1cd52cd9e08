"""Which characters people may type into a name, a reference, a note or an address, anywhere.

Every script, emoji and joiners inside words are welcome. Refused is what cannot be seen or shown:
control characters, and characters that turn text around or hide in it; what is markup; and what a
mail program would decode when the text stands in a header. Every form, every file and every page
of the admin asks here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# Control, surrogate, private use, unassigned, line and paragraph separators.
_REFUSED_CATEGORIES = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
# Bidi embeddings, overrides and isolates; zero-width space and its invisible kin; and what
# stands in for bytes that were no text, such as half of a surrogate pair.
_REFUSED_CHARACTERS = {
    *map(chr, range(0x202A, 0x202F)),
    *map(chr, range(0x2066, 0x206A)),
    *"\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\ufff9\ufffa\ufffb\ufffd",
}
_MARKUP = "<>"
_JOINERS = "\u200c\u200d"
# How an encoded word begins (RFC 2047): mail programs decode it wherever it stands in a header.
# Its end can come from another field, so that the beginning is refused by itself.
_ENCODED_WORD = "=?"
# No blank, and none of the characters that mean something in a list of addresses.
_PLAIN_ADDRESS = re.compile(r'[^\s()<>\[\]:;@\\,"]+@[^\s()<>\[\]:;@\\,"]+')


def tidy(text: str) -> str:
    """Return `text` in NFC without blanks at its ends."""
    return unicodedata.normalize("NFC", text.strip()).strip()


def check_length(text: str, most: int) -> None:
    """Raise ValidationError when `text` has more than `most` code points."""
    if len(text) > most:
        raise ValidationError(
            ngettext(
                "Use at most %(most)d character; this is %(length)d.",
                "Use at most %(most)d characters; this is %(length)d.",
                most,
            )
            % {"most": most, "length": len(text)},
            code="length",
        )


def check_characters(text: str) -> None:
    """Raise ValidationError, naming the first character that no field accepts."""
    _check_encoded_words(text)
    if text.isascii() and text.isprintable() and "<" not in text and ">" not in text:
        return
    for place, character in enumerate(text, start=1):
        if character in _MARKUP:
            raise ValidationError(
                _("The characters < and > are not accepted (character %(place)d).")
                % {"place": place},
                code="markup",
            )
        if _is_refused(character):
            raise ValidationError(
                _(
                    "Character %(place)d (U+%(code)s) cannot be seen or printed."
                    " Delete it and type the text again."
                )
                % {"place": place, "code": f"{ord(character):04X}"},
                code="character",
            )
    for place in _stray_joiners(text):
        raise ValidationError(
            _("Character %(place)d must be between two letters.") % {"place": place},
            code="character",
        )


def check_lines(text: str) -> None:
    """Raise ValidationError as `check_characters` does, for text of several lines."""
    for line in text.splitlines():
        check_characters(line.replace("\t", " "))


def is_plain_address(address: str) -> bool:
    """Return whether an address can stand in a header as it is, without quotes or decoding."""
    return (
        _ENCODED_WORD not in address
        and bool(_PLAIN_ADDRESS.fullmatch(address))
        and not any(_is_refused(character) for character in address)
    )


def check_plain_address(address: str) -> None:
    """Raise ValidationError for an address that is valid on paper and that we cannot write to."""
    if not is_plain_address(address):
        raise ValidationError(
            _("This is not an email address. One looks like name@organization.example."),
            code="invalid",
        )


def _check_encoded_words(text: str) -> None:
    if _ENCODED_WORD in text:
        raise ValidationError(
            _(
                "The characters =? are not accepted one after the other (character %(place)d):"
                " mail programs take what follows for a code."
            )
            % {"place": text.index(_ENCODED_WORD) + 1},
            code="encoded",
        )


def _is_refused(character: str) -> bool:
    return (
        character in _REFUSED_CHARACTERS or unicodedata.category(character) in _REFUSED_CATEGORIES
    )


def _stray_joiners(text: str) -> Iterator[int]:
    """Yield the places, from 1, of joiners at the edge of a word."""
    for i, character in enumerate(text):
        if character in _JOINERS:
            around = (text[i - 1 : i], text[i + 1 : i + 2])
            if any(not neighbor or neighbor.isspace() for neighbor in around):
                yield i + 1

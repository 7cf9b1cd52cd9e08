"""What people may type as a name, a reference or an email address.

Real names decide what is allowed: every script, emoji, joiners inside words. Refused is what
cannot be seen or shown: control characters, and characters that turn text around or hide in
it. Each function returns what is stored or raises ValidationError with a sentence for people.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NAME_LENGTHS = (3, 250)
PERSON_NAME_MOST = 35
REFERENCE_MOST = 35
EMAIL_MOST = 240

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

# Unquoted local parts, with letters of any script; labels of a domain name likewise.
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL = re.compile(r"[^\W_](?:(?:[^\W_]|[-\u00b7\u200c\u200d])*[^\W_])?")
_LOCAL_MOST_BYTES = 64
_LABEL_MOST = 63


def clean_organization_name(text: str) -> str:
    """Return an organization's name as stored: trimmed, NFC, otherwise as typed.

    3 to 250 code points with at least one letter or digit of any script.
    """
    name = tidy(text)
    if not name:
        raise ValidationError(_("Enter the organization's name."), code="required")
    check_characters(name)
    least, most = NAME_LENGTHS
    if not least <= len(name) <= most:
        raise ValidationError(
            _("An organization name has %(least)d to %(most)d characters; this one has %(length)d.")
            % {"least": least, "most": most, "length": len(name)},
            code="length",
        )
    if not any(unicodedata.category(c)[0] in "LN" for c in name):
        raise ValidationError(
            _("An organization name has at least one letter or digit."), code="no_letter"
        )
    return name


def clean_person_name(text: str, *, label: str | Promise) -> str:
    """Return a person's first or last name as stored, 1 to 35 code points.

    `label` is the field's label, for the sentence when something is wrong.
    """
    name = tidy(text)
    if not name:
        raise ValidationError(
            _("Enter a value for “%(label)s”.") % {"label": label}, code="required"
        )
    check_characters(name)
    check_length(name, PERSON_NAME_MOST)
    return name


def clean_reference(text: str) -> str:
    """Return a reference such as a PO number, at most 35 code points; "" when there is none."""
    reference = tidy(text)
    check_characters(reference)
    check_length(reference, REFERENCE_MOST)
    return reference


def clean_email(text: str) -> str:
    """Return an email address as typed, trimmed; addresses in any script are welcome."""
    email = tidy(text)
    if not email:
        raise ValidationError(_("Enter an email address."), code="required")
    check_characters(email)
    check_length(email, EMAIL_MOST)
    local, at, domain = email.rpartition("@")
    if not (at and _is_local_part(local) and _is_domain(domain)):
        raise ValidationError(
            _("This is not an email address. One looks like name@organization.example."),
            code="invalid",
        )
    return email


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


def _is_local_part(local: str) -> bool:
    plain = "".join(c for c in local if not unicodedata.category(c).startswith("M"))
    return bool(_LOCAL.fullmatch(plain)) and len(local.encode()) <= _LOCAL_MOST_BYTES


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    return (
        len(labels) > 1 and not labels[-1].isdecimal() and all(_is_label(label) for label in labels)
    )


def _is_label(label: str) -> bool:
    plain = "".join(c for c in label if not unicodedata.category(c).startswith("M"))
    if not _LABEL.fullmatch(plain):
        return False
    try:
        return len(label if label.isascii() else label.encode("punycode")) <= _LABEL_MOST
    except UnicodeError:
        return False

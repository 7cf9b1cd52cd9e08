"""Postal addresses, checked country by country with Google's address data.

Region and postal code are demanded only where the country uses them. Names of regions and
cities are compared without case and accents; a region is stored as the data's own key.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from customers.organization.countries import (
    Codes,
    Shape,
    codes_of,
    country_names,
    region_name,
    regions_of,
    rules_of,
    shape_of,
)
from reseller_console.lib.text import fold
from reseller_console.lib.typed_text import check_characters, check_length, tidy

FIELDS = ("country", "region", "city", "address_1", "address_2", "postal_code")
MOST = {"region": 100, "city": 40, "address_1": 60, "address_2": 60, "postal_code": 40}


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
    regions = rules_of(country).country_area_choices if regions_of(country) else []
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
    choices = rules_of(typed["country"], typed["region"]).city_choices
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
    rules = rules_of(country, region)
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

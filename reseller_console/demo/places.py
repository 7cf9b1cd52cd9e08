"""Made-up addresses that the address data of their country accepts."""

from __future__ import annotations

import itertools
import random
import re
import string
from functools import cache

import pycountry
from django.core.exceptions import ValidationError

from customers.organization.addresses import clean_address
from customers.organization.countries import Codes, cities_of, codes_of, regions_of, shape_of
from reseller_console.lib.text import fold

_CITIES = {
    "AT": "Graz Linz Salzburg Innsbruck",
    "BE": "Gent Leuven Liège Namur",
    "CA": "Fairmont Kingsbridge Lakeview",
    "CH": "Bern Basel Luzern Lausanne",
    "CZ": "Brno Plzeň Olomouc",
    "DE": "Leipzig Göttingen Mainz Freiburg Kiel Würzburg",
    "DK": "Aarhus Odense Aalborg",
    "EE": "Tallinn Tartu Pärnu Viljandi Rakvere Võru",
    "ES": "Sevilla León Cádiz Girona",
    "FI": "Turku Tampere Oulu Jyväskylä",
    "FR": "Nantes Dijon Besançon Orléans",
    "GB": "Leeds Exeter Norwich Aberdeen Durham",
    "GR": "Thessaloniki Patras Volos",
    "HU": "Szeged Pécs Győr",
    "IE": "Galway Limerick Cork",
    "IN": "Riverside Lakshmipur Newtown",
    "IT": "Pavia Ferrara Siena Forlì",
    "LT": "Kaunas Klaipėda Šiauliai",
    "LV": "Rīga Liepāja Daugavpils",
    "MX": "San Marcos Villa Nueva",
    "NL": "Utrecht Leiden Tilburg",
    "NO": "Bergen Tromsø Trondheim",
    "PL": "Łódź Toruń Gdańsk Kraków",
    "PT": "Évora Braga Coimbra",
    "RO": "Iași Cluj-Napoca Brașov",
    "RU": "Заречный Берёзовка Новый-Город",
    "SE": "Lund Umeå Örebro",
    "TR": "Yenişehir Akçay Güzelyurt",
    "UA": "Львів Одеса Полтава",
    "US": "Springfield Fairview Riverton Lakewood Georgetown",
}
_STREETS = {
    "AT": "Schulgasse {n}",
    "BR": "Rua das Acácias, {n}",
    "CH": "Bahnhofstrasse {n}",
    "CN": "学院路{n}号",
    "CO": "Calle {n} # 12-34",
    "DE": "Lindenstraße {n}",
    "DK": "Skolegade {n}",
    "EE": "Ülikooli {n}",
    "ES": "Calle Mayor, {n}",
    "FI": "Koulukatu {n}",
    "FR": "{n}, rue des Écoles",
    "GB": "{n} Mill Lane",
    "IE": "{n} Canal Road",
    "IT": "Via dei Tigli, {n}",
    "JP": "学園町{n}丁目",
    "KR": "학교로 {n}",
    "LV": "Skolas iela {n}",
    "MX": "Av. de los Maestros {n}",
    "NL": "Kerkstraat {n}",
    "NO": "Skolegata {n}",
    "PL": "ul. Szkolna {n}",
    "PT": "Rua Direita, {n}",
    "RU": "Школьная улица, {n}",
    "SE": "Skolgatan {n}",
    "UA": "вул. Шкільна, {n}",
}
_DEFAULT_STREET = "{n} College Road"
_ROOMS = ("Building A", "3rd floor", "PO Box 12", "Room 204")
# The beginning of a code says where it is.
_VARIED_CHARACTERS = 3
_TRIES = 9


def address_in(country: str, rng: random.Random, *, region: str = "") -> dict[str, str]:
    """Return the parts of an address, accepted by `customers.organization.addresses.clean_address`.

    `region` is a wish in words; where the country's list does not know it, another one of
    the list is taken.
    """
    for _ in range(_TRIES):
        try:
            return _made_up(country, region, rng)
        except ValidationError:
            # A few places of the data contradict themselves; another one will do.
            continue
    raise LookupError(f"No address could be made up for {country}.")


def _made_up(country: str, region: str, rng: random.Random) -> dict[str, str]:
    key = _region(country, region, rng)
    city_key, city = _city(country, key, rng)
    return clean_address(
        country=country,
        region=key,
        city=city,
        address_1=_STREETS.get(country, _DEFAULT_STREET).format(n=rng.randint(1, 180)),
        address_2=rng.choice(_ROOMS) if rng.random() < 0.2 else "",
        postal_code=_postal_code(country, key if regions_of(country) else "", city_key, rng),
    )


def _region(country: str, wish: str, rng: random.Random) -> str:
    regions = regions_of(country)
    required = "region" in shape_of(country).required
    if not regions:
        return wish or (_area(country, rng) if required else "")
    found = _named(country, wish) if wish else []
    if found or not required:
        return found[0] if found else ""
    return rng.choice(regions)[0]


@cache
def _named(country: str, wish: str) -> list[str]:
    wanted = fold(wish)
    return [key for key, name in regions_of(country) if wanted in (fold(key), fold(name))]


def _city(country: str, region: str, rng: random.Random) -> tuple[str, str]:
    """Return the data's key of a city, "" where it lists none, and the city's name."""
    known = cities_of(country, region) if region else []
    if known:
        key, name = rng.choice(known)
        return key, name[:40]
    cities = _CITIES.get(country)
    return "", rng.choice(cities.split()) if cities else _area(country, rng)


@cache
def _areas(country: str) -> list[str]:
    """Return names of a country's parts, many of which are called after their main town."""
    subdivisions = pycountry.subdivisions.get(country_code=country) or []
    names = (re.split(r"[\[,(]", area.name)[0].strip() for area in subdivisions)
    return sorted(name for name in names if 2 < len(name) <= 40) or ["Central"]


def _area(country: str, rng: random.Random) -> str:
    return rng.choice(_areas(country))


def _postal_code(country: str, region: str, city_key: str, rng: random.Random) -> str:
    codes = codes_of(country, region, city_key)
    if not codes.example or not (codes.patterns or "postal_code" in shape_of(country).required):
        return ""
    code = rng.choice(_fitting(codes))
    varied = re.sub(r"\d(?=\D*$)", lambda _: str(rng.randint(0, 9)), code)
    return varied if codes.fit(varied) else code


@cache
def _fitting(codes: Codes) -> list[str]:
    """Return the example with other beginnings, all of them codes of the place."""
    code = codes.example.split(":")[0]
    for varied in range(_VARIED_CHARACTERS + 1):
        choices = [
            string.digits if c.isdigit() else string.ascii_uppercase if c.isalpha() else c
            for c in code[:varied]
        ]
        starts = ("".join(start) for start in itertools.product(*choices))
        found = [one for start in starts if codes.fit(one := start + code[varied:])]
        if found:
            return found
    return [code]

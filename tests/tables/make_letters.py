"""Make `reseller_console/lib/tables/letters.txt` anew: how often letters stand in names.

    .venv/bin/python -m tests.tables.make_letters

Sources: names of people and places in Faker, names of countries and languages as translated in
pycountry. Each line of the file is a language and its pairs of characters with a letter beyond
ASCII, each with the power of two of its count; a blank stands for the edge of a word.
"""

from __future__ import annotations

import gettext
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pycountry
from faker import Faker

FILE = Path("reseller_console/lib/tables/letters.txt")
_LOCALES = (
    "bg_BG cs_CZ da_DK de_DE el_GR es_ES et_EE fi_FI fr_FR hr_HR hu_HU it_IT lt_LT lv_LV nl_NL"
    " no_NO pl_PL pt_PT ro_RO ru_RU sk_SK sl_SI sv_SE tr_TR uk_UA"
)
_SAMPLES = 6_000
_MOST = 9
_WORD = re.compile(r"[^\W\d_]+")


def _texts(locale: str) -> Iterator[str]:
    fake = Faker(locale)
    fake.seed_instance(2026)
    for maker in (fake.first_name, fake.last_name, fake.city, fake.street_name):
        yield from (maker() for _ in range(_SAMPLES))
    language = locale[:2].replace("no", "nb")
    for domain in ("iso3166-1", "iso639-3"):
        words = gettext.translation(
            domain, pycountry.LOCALES_DIR, languages=[language], fallback=True
        )
        yield from map(str, getattr(words, "_catalog", {}).values())


def _pairs(locale: str) -> Counter[str]:
    words = {word for text in _texts(locale) for word in _WORD.findall(text)}
    found: Counter[str] = Counter()
    for word in words:
        found.update("".join(pair) for pair in pairwise(f" {word.lower()} "))
    return Counter({pair: count for pair, count in found.items() if not pair.isascii()})


def main() -> None:
    """Write the file."""
    with FILE.open("w", encoding="utf-8") as file:
        for locale in _LOCALES.split():
            pairs = sorted(_pairs(locale).items())
            cells = [f"{pair}{min(_MOST, count.bit_length())}" for pair, count in pairs]
            file.write("\t".join([locale[:2], *cells]) + "\n")


if __name__ == "__main__":
    main()

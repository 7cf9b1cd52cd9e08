"""Which region or city of a country people mean: by key, names, ISO 3166-2 code, usual variants.

The address data knows each region by one key and a name or two. People also write the code
of ISO 3166-2, leave out what every name there ends in (Prefecture, oblast, Sheng), or shorten.
A variant that may mean two regions means none.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cache, lru_cache

import pycountry

from customers.organization.countries import rules_of
from reseller_console.lib.text import fold

# Words that say what kind of region it is, in the languages of those that have lists.
_KINDS = """
    state province prefecture county region district department emirate governorate oblast kray
    krai respublika republic republits okrug avtonomnyy autonomous area city municipality shi sheng
    zizhiqu do si to fu ken estado provincia departamento of the de del di da co ostan il ili
    область край республика город г обл область місто provinz comunidad special metropolis
    gwangyeoksi teukbyeolsi metropolitan emarat imarat
    """
_KIND_ENDINGS = re.compile(
    r"(?<=..)(?:特别行政区|自治区|[都府県省市縣]|特別市|광역시|특별시|특별자치[도시]|[도시])$"
)
_SHORTENED = {"north": "n", "south": "s", "east": "e", "west": "w"}
# What is neither in the data nor in ISO 3166-2: (country, key) -> how it is written as well.
_USUAL = {
    ("US", "DC"): "Washington D.C.|Washington DC|Washington, D.C.|D.C.|Dist. of Columbia",
    ("CA", "QC"): "PQ|Que.|Québec",
    ("CA", "NL"): "NF|NFLD|Newfoundland",
    ("CA", "ON"): "Ont.",
    ("IN", "Odisha"): "Orissa",
    ("IN", "Puducherry"): "Pondicherry",
    ("IN", "Uttarakhand"): "Uttaranchal",
    ("RU", "Москва"): "Moskva|Moscow|Moskau",
    ("RU", "Санкт-Петербург"): "Sankt-Peterburg|Saint Petersburg|St. Petersburg|СПб",
    ("IT", "RM"): "Rome",
    ("IT", "MI"): "Milan",
    ("IT", "NA"): "Naples",
    ("IT", "TO"): "Turin",
    ("IT", "FI"): "Florence",
    ("IT", "VE"): "Venice",
    ("IT", "GE"): "Genoa",
    ("IT", "BZ"): "Bozen|South Tyrol|Südtirol",
    ("PH", "Metro Manila"): "Manila|NCR|National Capital Region",
    ("MX", "CDMX"): "Mexico City|Distrito Federal|D.F.|Ciudad de México",
}
_UNITED_STATES = (
    "AL Ala AZ Ariz AR Ark CA Calif CA Cal CO Colo CT Conn DE Del FL Fla GA Ga ID Ida IL Ill IN Ind"
    " KS Kan KS Kans KY Ken LA Lou MA Mass MD Mary MI Mich MN Minn MS Miss MO Mis MT Mont NE Neb"
    " NE Nebr NV Nev NM NMex ND NDak SD SDak OK Okla OR Ore OR Oreg PA Penn PA Penna TN Tenn TX Tex"
    " VT Verm WA Wash WV WVa WI Wis WI Wisc WY Wyo"
)
_NEAR, _NEARLY_AS_NEAR = 0.85, 0.04


@lru_cache(maxsize=4096)
def keys_by_name(country: str, region: str = "") -> dict[str, str]:
    """Return the keys of a country's regions, or a region's cities, by how they are written."""
    rules = rules_of(country, region)
    choices = rules.city_choices if region else rules.country_area_choices
    # A key is always itself, though another region may be called so in some language.
    found: dict[str, str] = {_plain(key): key for key, _label in choices}
    for key, label in choices:
        found.setdefault(_plain(label), key)
    if region or not choices:
        return found | _unambiguous((_bare(n), k) for k, label in choices for n in (k, label))
    kinds = _unambiguous(
        (form, key) for key, label in choices for name in (key, label) for form in _shorter(name)
    )
    usual = {_plain(name): key for key, name in _usual(country)} if choices else {}
    known = kinds | found | usual
    return _iso_codes(country, known) | known


def key_of(text: str, country: str, region: str = "") -> str | None:
    """Return the key of the region, or of the region's city, that `text` names; else None."""
    known = keys_by_name(country, region)
    return known.get(_plain(text)) or known.get(_bare(text))


def near(text: str, names: Iterable[str]) -> list[str]:
    """Return the names that `text` may be a slip of; none where it is not much like any."""
    wanted = _spaced(text)
    ratios = {name: SequenceMatcher(None, wanted, fold(name)).ratio() for name in names}
    best = max(ratios.values(), default=0.0)
    if best < _NEAR:
        return []
    close = [name for name, ratio in ratios.items() if ratio >= best - _NEARLY_AS_NEAR]
    return sorted(close, key=lambda name: -ratios[name])[:3]


def _spaced(text: str) -> str:
    """Return a name folded, with a blank for each full stop: D.C. is two words here."""
    return fold(text.replace(".", " "))


def _plain(text: str) -> str:
    """Return the letters and digits of a name, without accents, case, blanks and signs."""
    return "".join(c for c in fold(text) if unicodedata.category(c)[0] in "LMN")


def _bare(text: str) -> str:
    """Return a name without the words that say what kind of region it is."""
    folded = _spaced(text)
    words = re.split(r"[\s\-.,()/]+", folded)
    kept = [word for word in words if word.strip("'ʹ") not in _kinds()]
    return _KIND_ENDINGS.sub("", _plain(" ".join(kept))) or _plain(text)


@cache
def _kinds() -> frozenset[str]:
    return frozenset(_KINDS.split())


def _shorter(name: str) -> Iterable[str]:
    yield _bare(name)
    first, _blank, rest = fold(name).partition(" ")
    if first in _SHORTENED and rest:
        yield _plain(_SHORTENED[first] + rest)


def _usual(country: str) -> Iterable[tuple[str, str]]:
    for (where, key), names in _USUAL.items():
        if where == country:
            yield from ((key, name) for name in names.split("|"))
    if country == "US":
        words = _UNITED_STATES.split()
        yield from zip(words[::2], words[1::2], strict=True)


def _iso_codes(country: str, known: dict[str, str]) -> dict[str, str]:
    """Return the keys by the codes of ISO 3166-2, with the country and without."""
    pairs = []
    for one in pycountry.subdivisions.get(country_code=country) or ():
        short = one.code.partition("-")[2]
        name = re.sub(r"\[.*?\]", "", one.name)
        key = (
            known.get(_plain(name))
            or known.get(_bare(name))
            or known.get(_bare(name.split(",")[0]))
        )
        if key is None and short.isalpha():
            key = known.get(_plain(short))
        if key is not None:
            pairs += [(_plain(one.code), key), (_plain(name), key)]
            pairs += [(_plain(short), key)] if short.isalpha() else []
    return _unambiguous(pairs)


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, key in pairs:
        if name:
            found[name].add(key)
    return {name: keys.pop() for name, keys in found.items() if len(keys) == 1}

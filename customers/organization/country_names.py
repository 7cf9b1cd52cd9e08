"""Which country people mean, by any of its names and codes.

Names and codes come from ISO 3166 as pycountry has it, with the translations that come with
it; what nobody standardized (UK, Holland, Czech Republic) stands here.
"""

from __future__ import annotations

import gettext
import re
import unicodedata
from difflib import get_close_matches
from functools import cache

import pycountry

from customers.organization.countries import country_names
from reseller_console.lib.text import fold

# Names in use that ISO 3166 does not have, or has for nobody else.
_USUAL = {
    "AE": "UAE|Emirates|United Arab Emirates",
    "BA": "Bosnia|Bosnia-Herzegovina|BiH",
    "BO": "Bolivia",
    "BN": "Brunei",
    "CD": "DRC|DR Congo|Congo-Kinshasa|Congo (Kinshasa)|Democratic Republic of Congo|Zaire",
    "CF": "CAR",
    "CG": "Congo-Brazzaville|Congo (Brazzaville)|Republic of Congo",
    "CI": "Ivory Coast|Cote d'Ivoire",
    "CN": "PRC|Mainland China|China (PRC)",
    "CV": "Cape Verde",
    "CZ": "Czech Republic|Czechia|Czech Rep.|Tschechien|Tschechei|CR Czech",
    "DE": "Germany|GER|FRG|BRD|Federal Republic of Germany",
    "DO": "Dominican Rep.",
    "FK": "Falklands",
    "FM": "Micronesia",
    "GB": "UK|U.K.|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|GBR"
    "|United Kingdom of Great Britain and Northern Ireland|Großbritannien|Inglismaa|Suurbritannia",
    "GR": "EL|Hellas|Greece",
    "HK": "Hong Kong SAR|Hongkong|Hong Kong (China)",
    "IE": "Eire|Republic of Ireland|ROI",
    "IR": "Iran|Persia",
    "KP": "North Korea|DPR Korea|DPRK|Korea (North)|Korea, North",
    "KR": "South Korea|Republic of Korea|ROK|Korea (South)|Korea, South|S. Korea",
    "LA": "Laos",
    "MD": "Moldova|Republic of Moldova",
    "MK": "Macedonia|FYROM|Republic of Macedonia|North Macedonia",
    "MM": "Burma|Myanmar",
    "MO": "Macau|Macao SAR|Macau SAR",
    "NL": "Holland|The Netherlands|Netherlands|Niederlande",
    "PS": "Palestine|Palestinian Territories",
    "RS": "Republic of Serbia",
    "RU": "Russia|Russian Federation|Россия|РФ|Venemaa|Russland|Russie|Rusia"
    "|Krievija|Rusija|Rosja|Venäjä",
    "SA": "KSA|Saudi",
    "SK": "Slovak Republic|Slovakia",
    "ST": "Sao Tome",
    "SY": "Syria",
    "SZ": "Swaziland|Eswatini",
    "TL": "East Timor",
    "TR": "Turkey|Türkiye|Turkiye|Republic of Turkey",
    "TT": "Trinidad",
    "TW": "Taiwan|Taiwan (ROC)|Republic of China",
    "TZ": "Tanzania",
    "US": "USA|U.S.|U.S.A.|United States"
    "|United States of America|America|The States|Estados Unidos",
    "VA": "Vatican|Vatican City|Holy See",
    "VE": "Venezuela",
    "VG": "British Virgin Islands|BVI",
    "VI": "US Virgin Islands|USVI",
    "VN": "Vietnam|Viet Nam",
    "XK": "Kosovo|Kosova|XKX|Kosovo (Republic of)",
}
# Whose translations are names here; a name that means two countries in them means none.
_LANGUAGES = (
    "de et fr es it pt nl sv da nb_NO fi pl cs sk sl hr sr sr@latin hu ro bg el lt lv ru uk be tr"
    " ga mt is sq mk bs ca eu gl ka hy az kk he ar fa hi bn ta th vi id ms ja ko zh_CN zh_TW"
)
_PARTED = re.compile(r"[()\[\]/|,–-]+")
_LONGEST = 100
_SMALL_WORDS = {"the", "and", "of"}


@cache
def codes_by_name() -> dict[str, str]:
    """Return the code of a country by each of its names and codes, as `_plain` writes them."""
    known: dict[str, str] = {}
    for country in pycountry.countries:
        forms = [country.name, country.alpha_2, country.alpha_3]
        forms += [getattr(country, name, "") for name in ("common_name", "official_name")]
        forms.append(_turned(country.name))
        for form in filter(None, forms):
            known.setdefault(_plain(form), country.alpha_2)
    for code, names in _USUAL.items():
        for name in (code, *names.split("|")):
            known[_plain(name)] = code
    for name, code in country_names().items():
        known.setdefault(_plain(code), name)
    return {**_translated(), **known}


def code_of(text: str) -> str:
    """Return the code of the country that `text` names, "" where it names none."""
    if len(text) > _LONGEST:
        return ""
    if (code := text.strip().upper()) in country_names():
        return code
    known = codes_by_name()
    if found := known.get(_plain(text)):
        return found
    # Both together, as in "NL - Netherlands" or "Great Britain (UK)".
    parts = {known.get(_plain(part), "") for part in _PARTED.split(text) if part.strip()}
    return parts.pop() if len(parts) == 1 else ""


def nearest(text: str) -> list[str]:
    """Return the names of at most two countries whose name is nearly `text`."""
    if len(text) > _LONGEST:
        return []
    shown = {_plain(name): name for name in country_names().values()}
    every = {name: country_names()[code] for name, code in codes_by_name().items() if len(name) > 3}
    near = get_close_matches(_plain(text), shown, n=2, cutoff=0.7)
    names = [shown[name] for name in near]
    if not names:
        names = [every[name] for name in get_close_matches(_plain(text), every, n=2, cutoff=0.85)]
    return list(dict.fromkeys(names))


def _plain(text: str) -> str:
    """Return letters and digits of a name, without small words, accents and case."""
    spaced = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in _joined(text))
    words = fold(spaced).split()
    kept = [word for word in words if word not in _SMALL_WORDS] or words
    return "".join("saint" if word == "st" else word for word in kept)


def _joined(text: str) -> str:
    """Return text without what stands within words, and `&` in words."""
    return text.replace("&", " and ").translate(dict.fromkeys(map(ord, ".'’ʼ`´"), None))


def _turned(name: str) -> str:
    """Return "Republic of Moldova" for "Moldova, Republic of"."""
    main, comma, rest = name.partition(", ")
    return f"{rest} {main}" if comma else ""


def _translated() -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for language in _LANGUAGES.split():
        words = gettext.translation(
            "iso3166-1", pycountry.LOCALES_DIR, languages=[language], fallback=True
        )
        for country in pycountry.countries:
            for name in (country.name, getattr(country, "common_name", "")):
                if name and (said := words.gettext(name)) != name:
                    found.setdefault(_plain(said), set()).add(country.alpha_2)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1 and name}

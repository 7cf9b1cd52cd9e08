"""What cells of every table mean: the guard of our exports, a spreadsheet's errors, dates."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import cache

from django.core.exceptions import ValidationError
from django.utils import dates, translation
from django.utils.translation import gettext as _

from reseller_console.lib.text import fold

# The characters that `Sheet` puts an apostrophe before (`lib/lists/export.py`).
_GUARDED = re.compile(r"'(?='*(?:[@+\-=%]|\\+\|))")
# What spreadsheets show instead of a value, in the languages they speak.
_ERRORS = """
    #N/A #REF! #VALUE! #DIV/0! #NAME? #NUM! #NULL! #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT!
    #UNKNOWN! #BUSY! #PYTHON! #EXTERNAL! #GETTING_DATA #ERROR! #TIMEOUT!
    #NV #BEZUG! #WERT! #ZAHL! #ÜBERLAUF! #KALK! #VALEUR! #NOM? #NOMBRE! #NUL! #PROPAGATION!
    #¡VALOR! #¡REF! #¡DIV/0! #¡NUM! #¡NULO! #¿NOMBRE? #N/D #VALORE! #RIF! #NOME? #NULLO!
    #VALOR! #NÚM! #NULO! #ARG! #ADR! #LICZBA! #NAZWA? #DZIEL/0! #ZERO! #N/D! #WAARDE! #VERW!
    #NAAM? #GETAL! #LEEG! #N/B #DEEL/0! #VÄRDEFEL! #REFERENS! #NAMN? #OGILTIGT! #SAKNAS!
    #DIVISION/0! #SKÄRNING! #ARVO! #VIITTAUS! #NIMI? #LUKU! #PUUTTUU! #JAKO/0! #TYHJÄ! #VÆRDI!
    #REFERENCE! #NAVN? #I/T #VERDI! #HODNOTA! #ODKAZ! #NÁZEV? #ČÍSLO! #NENÍ_K_DISPOZICI
    #DĚLENÍ_NULOU! #ÉRTÉK! #HIV! #NÉV? #SZÁM! #HIÁNYZIK #ZÉRÓOSZTÓ! #NULLA! #Н/Д #ССЫЛКА! #ЗНАЧ!
    #ИМЯ? #ЧИСЛО! #ДЕЛ/0! #ПУСТО! #YOK #BAŞV! #DEĞER! #AD? #SAYI! #SAYI/0! #BOŞ!
    """
_ERROR = re.compile(r"#{3,}|(?:Err|Fehler|Viga):\d{3}")
_NOTHING = {"n/a", "n.a.", "n/d", "k.a."}

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})\.?|(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_IN_WORDS = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)?[ \-]?([^\W\d]+)\.?,?[ \-](\d{4})")
_MONTH_FIRST = re.compile(r"([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_MIDNIGHT = re.compile(
    r"(?:[T ]|, )(?:0?0:00(?::00(?:[.,]0+)?)?|12:00(?::00)? ?AM)(?:Z|[+]00:?00)?$", re.IGNORECASE
)
_MONTH_LANGUAGES = ("en", "de", "et")


def unguarded(text: str) -> str:
    """Return a cell without the apostrophe that an export of ours put before it."""
    if not text.startswith("'") or not _GUARDED.match(text):
        return text
    return text[1:].replace("\\|", "|")


def is_spreadsheet_error(text: str) -> bool:
    """Whether text is what a spreadsheet shows where it could not work a value out."""
    text = text.strip()
    if not text.startswith(("#", "Err", "Fehler", "Viga")):
        return False
    return text.upper() in _errors() or bool(_ERROR.fullmatch(text))


@cache
def _errors() -> frozenset[str]:
    return frozenset(_ERRORS.split())


def is_no_value(text: str) -> bool:
    """Whether text is a spreadsheet's error or a way to write that there is nothing."""
    return is_spreadsheet_error(text) or text.strip().casefold() in _NOTHING


def read_date(text: str) -> dt.date | None:
    """Return the date a cell means, None for a blank one.

    Taken is what can mean one day only. Raises ValidationError for what is no date, and for
    what may be two, with both as they are to be written.
    """
    written = _MIDNIGHT.sub("", unicodedata.normalize("NFKC", text).strip())
    if not written:
        return None
    found = _meant(written)
    if len(found) == 1:
        return found.pop()
    if found:
        first, second = sorted(found)
        raise ValidationError(
            _("“%(text)s” may be two dates. Write it as %(first)s or %(second)s.")
            % {"text": text.strip()[:40], "first": first, "second": second}
        )
    raise ValidationError(
        _("“%(text)s” is not a date. Write it as 2027-06-30.") % {"text": text.strip()[:40]}
    )


def _meant(text: str) -> set[dt.date]:
    """Return the dates that text may mean."""
    if year_first := _YEAR_FIRST.fullmatch(text):
        year, _sep, month, day, *plain = year_first.groups()
        return _dates(*((year, month, day) if year else plain))
    if year_last := _YEAR_LAST.fullmatch(text):
        one, _sep, two, year = year_last.groups()
        return _dates(year, two, one) | _dates(year, one, two)
    if words := _IN_WORDS.fullmatch(text):
        return _dates(words[3], _month(words[2]), words[1])
    if words := _MONTH_FIRST.fullmatch(text):
        return _dates(words[3], _month(words[1]), words[2])
    return set()


def _dates(year: str, month: str | int, day: str) -> set[dt.date]:
    try:
        return {dt.date(int(year), int(month), int(day))}
    except ValueError:
        return set()


def _month(word: str) -> int:
    """Return the number of a month by its name or three letters of it or more, 0 for none."""
    for language in _MONTH_LANGUAGES:
        with translation.override(language):
            names = [fold(str(name)) for name in dates.MONTHS.values()]
        found = [
            n for n, name in enumerate(names, 1) if len(word) >= 3 and name.startswith(fold(word))
        ]
        if len(found) == 1:
            return found[0]
    return 0

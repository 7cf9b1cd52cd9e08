"""How sentences for people write dates and instants, in the language in force."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language

# Day, month and year, the month whole or short. In other languages than English the day is
# an ordinal, which takes a full stop, and so do the months that are cut off.
_ENGLISH = ("j F Y", "j M Y")
_OTHERS = ("j. F Y", "j. N Y")


def long_date(date: dt.date) -> str:
    """Return a date no one misreads, such as "2 March 2026", in the reader's language."""
    return _written(date, get_language() or "en", short=False)


def short_date(date: dt.date) -> str:
    """Return a date for narrow places, such as "2 Mar 2026", in the reader's language."""
    return _written(date, get_language() or "en", short=True)


def moment(at: dt.datetime) -> str:
    """Return an instant to the minute, such as "2 Mar 2026, 14:05"; in its own time zone."""
    return f"{short_date(at.date())}, {at:%H:%M}"


@lru_cache(maxsize=4_096)
def _written(date: dt.date, language: str, *, short: bool) -> str:
    """Write a date once; a page writes few days many times."""
    return date_format(date, (_ENGLISH if language.startswith("en") else _OTHERS)[short])

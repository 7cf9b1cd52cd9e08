"""How sentences for people write dates and instants, in the language in force."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import get_language

# Day, month and year, the month whole or short. In other languages than English the day is
# an ordinal, which takes a full stop, and so do the months that are cut off.
_ENGLISH = ("j F Y", "j M Y")
_OTHERS = ("j. F Y", "j. N Y")


def long_date(date: dt.date) -> str:
    """Return a date nobody misreads, such as "2 March 2026", in the reader's language."""
    return date_format(date, _formats()[0])


def short_date(date: dt.date) -> str:
    """Return a date for narrow places, such as "2 Mar 2026", in the reader's language."""
    return date_format(date, _formats()[1])


def moment(at: dt.datetime) -> str:
    """Return an instant to the minute, such as "2 Mar 2026, 14:05"; in its own time zone."""
    return f"{short_date(at)}, {at:%H:%M}"


def _formats() -> tuple[str, str]:
    return _ENGLISH if (get_language() or "en").startswith("en") else _OTHERS

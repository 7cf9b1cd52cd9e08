"""How sentences for people write things."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format


def long_date(date: dt.date) -> str:
    """Return a date nobody misreads, such as "2 March 2026", in the reader's language."""
    return date_format(date, "j F Y")

"""What is said of an order's lines: their term, how long they last, what an order brought."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authorizations.models import OrderLine
from reseller_console.lib.lists import grouped
from reseller_console.lib.wording import long_date, short_date

_ONE_DAY = dt.timedelta(days=1)


def last_day_of_term(counts_to: dt.date) -> dt.date:
    """Return the last day of the term that ends at an anniversary date."""
    return counts_to - _ONE_DAY


def term_in_words(starts_on: dt.date, counts_to: dt.date) -> str:
    """Return the license term, as "1 Feb 2026 to 31 Jan 2027"."""
    dates = {"first": short_date(starts_on), "last": short_date(last_day_of_term(counts_to))}
    return _("%(first)s to %(last)s") % dates


def purpose(authorization: str | None, renews_on: dt.date | None) -> str:
    """Return what a line was bought for: a PA by its number, a renewal, or neither."""
    if authorization:
        return authorization
    if renews_on:
        return _("Renewal of %(anniversary)s") % {"anniversary": short_date(renews_on)}
    return _("Direct")


def licenses(number: int) -> str:
    """Return "1 license" or "1,200 licenses"."""
    return ngettext("%(n)s license", "%(n)s licenses", number) % {"n": grouped(number)}


def what_it_gives(lines: Iterable[OrderLine], *, today: dt.date) -> str:
    """Return what lines of one term come to on `today`, until when; also when that is over."""
    rows = list(lines)
    number, first = sum(row.quantity for row in rows), rows[0]
    last, usable = last_day_of_term(first.counts_to), first.usable_until_on
    if today > usable:
        return _("its term ended on %(last)s, so it gives no licenses") % {"last": long_date(last)}
    if today > last:
        return _("%(licenses)s; the term ended on %(last)s, they work until %(usable)s") % {
            "licenses": licenses(number),
            "last": long_date(last),
            "usable": long_date(usable),
        }
    return _("%(licenses)s until %(last)s") % {
        "licenses": licenses(number),
        "last": long_date(last),
    }

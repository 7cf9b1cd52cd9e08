"""A calendar feed as the file that calendars read."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from authorizations.calendar_feed.events import events_of
from customers.standing import ALL, BY_SLUG
from reseller_console.accounts.models import CalendarFeed
from reseller_console.lib.calendar_files import calendar_file
from reseller_console.lib.languages import ENGLISH

# How often calendars are asked to read it, those that listen.
AGAIN = dt.timedelta(hours=4)


def file_of(feed: CalendarFeed) -> bytes:
    """Return the whole file, on the reseller's today, in the language colleagues work in."""
    with translation.override(ENGLISH):
        events = events_of(feed, feed.reseller.day())
        parts = calendar_file(_name(feed), events, written_at=timezone.now(), again=AGAIN)
        return b"".join(parts)


def _name(feed: CalendarFeed) -> str:
    """Return what calendars call it."""
    mine = feed.scope == CalendarFeed.Scope.MANAGED
    show = BY_SLUG.get(feed.show, ALL)
    parts = [feed.reseller.name] + ([] if show is ALL else [str(show.label)])
    return ", ".join([*parts, _("managed by me")] if mine else parts)

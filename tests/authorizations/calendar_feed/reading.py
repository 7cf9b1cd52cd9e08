"""What a calendar reads from a feed: by a library, and line by line."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from django.test import Client
from icalendar import Calendar

from reseller_console.accounts.feed_links import token_of

_ISOLATES = re.compile("[\u2068\u2069]")


class Entry(NamedTuple):
    """One event, as a calendar shows it."""

    on: dt.date
    summary: str


def path_of(feed) -> str:
    """Return the path of a feed's address."""
    return f"/calendar/{token_of(feed)}.ics"


def fetched(feed) -> bytes:
    """Return the file a calendar gets, without a cookie."""
    answer = Client().get(path_of(feed))
    assert answer.status_code == 200
    return answer.content


def calendar_in(file: bytes) -> Calendar:
    """Return the one calendar of a file that is written as RFC 5545 wants it."""
    assert file.endswith(b"\r\n")
    for line in file.removesuffix(b"\r\n").split(b"\r\n"):
        assert b"\n" not in line
        assert b"\r" not in line
        assert 0 < len(line) <= 75
        line.decode()
    [calendar] = Calendar.from_ical(file.decode(), multiple=True)
    assert not calendar.errors
    return calendar


def events_in(file: bytes) -> list:
    """Return the events of a file."""
    found = calendar_in(file).walk("VEVENT")
    for event in found:
        assert event["DTSTART"].params["VALUE"] == event["DTEND"].params["VALUE"] == "DATE"
        assert event["DTEND"].dt - event["DTSTART"].dt == dt.timedelta(days=1)
        assert event["DTSTAMP"].dt.tzinfo is not None
        assert event["DESCRIPTION"]
    uids = [event["UID"] for event in found]
    assert len(uids) == len(set(uids))
    return found


def entries(feed) -> list[Entry]:
    """Return what a calendar shows of a feed, in the order of days."""
    found = events_in(fetched(feed))
    return sorted(
        Entry(event["DTSTART"].dt, _ISOLATES.sub("", str(event["SUMMARY"]))) for event in found
    )


def days(feed, title: str) -> list[str]:
    """Return the days of the events whose title begins so."""
    return [entry.on.isoformat() for entry in entries(feed) if entry.summary.startswith(title)]

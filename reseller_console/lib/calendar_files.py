"""Calendar files (iCalendar, RFC 5545) of events that last a whole day.

A day is a day wherever it is read: nothing here has a time or a zone. What is written is little
and the same for every event, so it is written here (decision 0602): text is escaped, lines
are folded at 75 octets and end in CR LF.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

CONTENT_TYPE = "text/calendar; charset=utf-8"
LONGEST_LINE = 75
_DAY = dt.timedelta(days=1)
# What TEXT may not hold: control characters, but for the tab and the end of a line.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


class WholeDay(NamedTuple):
    """An event of one day; who has read it before knows it again by `uid`."""

    uid: str
    on: dt.date
    summary: str
    description: str
    url: str


def calendar_file(
    name: str, events: Iterable[WholeDay], *, written_at: dt.datetime, again: dt.timedelta
) -> Iterator[bytes]:
    """Yield the parts of a calendar's file; `again` says after how long to read it again.

    `written_at` is an instant in UTC.
    """
    hours = int(again.total_seconds() // 3600)
    head = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Reseller Console//Calendar feed//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:PT{hours}H",
        f"X-PUBLISHED-TTL:PT{hours}H",
    )
    yield b"".join(map(_line, head))
    stamp = f"DTSTAMP:{written_at:%Y%m%dT%H%M%SZ}\r\n".encode()
    for event in events:
        yield b"".join(
            (
                b"BEGIN:VEVENT\r\n",
                _line(f"UID:{_text(event.uid)}"),
                stamp,
                # The second is the first day that is not part of it.
                _line(f"DTSTART;VALUE=DATE:{_date(event.on)}"),
                _line(f"DTEND;VALUE=DATE:{_date(event.on + _DAY)}"),
                _line(f"SUMMARY:{_text(event.summary)}"),
                _description(event.description),
                _line(f"URL:{event.url}"),
                # Nobody is busy because of it.
                b"TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n",
            )
        )
    yield b"END:VCALENDAR\r\n"


@lru_cache(maxsize=1_024)
def _description(text: str) -> bytes:
    """Write a description once; many events have the same."""
    return _line(f"DESCRIPTION:{_text(text)}")


def _date(day: dt.date) -> str:
    return day.isoformat().replace("-", "")


def _text(text: str) -> str:
    text = _CONTROL.sub(" ", text).replace("\\", "\\\\")
    return text.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _line(text: str) -> bytes:
    """Return a line with its end, cut where it is too long; what follows begins with a blank."""
    line = text.encode()
    if len(line) <= LONGEST_LINE:
        return line + b"\r\n"
    parts, at, longest = [], 0, LONGEST_LINE
    while len(line) - at > longest:
        cut = _cut(line, at + longest)
        parts.append(line[at:cut])
        # The blank counts.
        at, longest = cut, LONGEST_LINE - 1
    return b"\r\n ".join([*parts, line[at:]]) + b"\r\n"


def _cut(line: bytes, cut: int) -> int:
    """Return the last place up to `cut` that is inside neither a character nor an escape."""
    while line[cut] & 0xC0 == 0x80:
        cut -= 1
    before = line[:cut]
    backslashes = len(before) - len(before.rstrip(b"\\"))
    return cut - backslashes % 2

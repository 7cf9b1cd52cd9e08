"""Reads the dates worked out by hand (`dates.toml`) as events, terms and expectations."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.year.events import (
    Authorized,
    Cancelled,
    Event,
    Invited,
    Ordered,
    Renewed,
    Resent,
    Returned,
    Terms,
    Withdrawn,
)

FILE = Path(__file__).with_name("dates.toml")
Row = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """One scenario, its days already the reseller's own."""

    id: str
    shows: str
    rule: str
    time_zone: str
    terms: tuple[Terms, ...]
    consumables: frozenset[str]
    events: tuple[Event, ...]
    checks: tuple[tuple[date, Row], ...]  # a day, and what a View says then, by its names
    asked: tuple[tuple[Event, str | None], ...]  # an event, and the code it is refused with


def day_of(row: Row, time_zone: str) -> date:
    """Return the reseller's calendar day of a row: given as such, or as an instant."""
    if "on" in row:
        return row["on"]
    return row["at"].astimezone(ZoneInfo(time_zone)).date()


def ordered(on: date, row: Row) -> Ordered:
    """Return an order; without a date of its own it is dated the day it is recorded."""
    return Ordered(
        on,
        row.get("dated", on),
        row["name"],
        tuple(row.get("authorizations", ())),
        row.get("direct", {}),
    )


def returned(on: date, row: Row) -> Returned:
    """Return a return; "" stands for a line that pays for no PA."""
    lines = row.get("lines")
    if lines is None:
        return Returned(on, row["order"])
    return Returned(on, row["order"], {(pa or None, product): n for pa, product, n in lines})


EVENTS: dict[str, Callable[[date, Row], Event]] = {
    "invite": lambda on, row: Invited(on, row.get("custom")),
    "withdraw": lambda on, row: Withdrawn(on),
    "resend": lambda on, row: Resent(on),
    "authorize": lambda on, row: Authorized(on, row["name"], row["lines"]),
    "cancel": lambda on, row: Cancelled(on, row["name"]),
    "order": ordered,
    "renew": lambda on, row: Renewed(
        on, row.get("dated", on), row["name"], row["lines"], row.get("completes", False)
    ),
    "return": returned,
}


def event_of(row: Row, time_zone: str) -> Event:
    """Return the event that a row of `events` or `asked` describes."""
    return EVENTS[row["do"]](day_of(row, time_zone), row)


def expected(row: Row) -> Row:
    """Return what a row of `checks` expects, as a View says it."""
    found = {name: value for name, value in row.items() if name not in ("on", "at")}
    if "filters" in found:
        found["filters"] = frozenset(found["filters"])
    if found.get("anniversary") == "none":
        found["anniversary"] = None
    return found


def entry_of(row: Row, named_terms: dict[str, list[Row]]) -> Entry:
    """Return an entry of the file."""
    zone = row["time_zone"]
    terms = named_terms[row["terms"]] if isinstance(row["terms"], str) else row["terms"]
    return Entry(
        id=row["id"],
        shows=" ".join(row["shows"].split()),
        rule=row["rule"],
        time_zone=zone,
        terms=tuple(Terms(**one) for one in terms),
        consumables=frozenset(row.get("consumables", ())),
        events=tuple(event_of(event, zone) for event in row["events"]),
        checks=tuple((day_of(check, zone), expected(check)) for check in row["checks"]),
        asked=tuple(
            (event_of(asked, zone), None if asked["code"] == "none" else asked["code"])
            for asked in row.get("asked", ())
        ),
    )


def entries() -> list[Entry]:
    """Return all entries of the file, in its order."""
    file = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return [entry_of(row, file["terms"]) for row in file["entry"]]

"""Dates worked out by hand from the rules, against the product: what its verbs leave, it shows."""

from __future__ import annotations

import datetime as dt
import tomllib

import pytest

from authorizations import invariants
from authorizations.rules import rollup
from reseller_console.lib.clock import date_of
from reseller_console.lib.refusals import ActionRefused
from tests.year import worked
from tests.year.product import Played
from tests.year.reading import view_of

ENTRIES = worked.entries()
# The invariants of the whole database are asked after every so-many-th entry, and after each with
# `--all`.
INVARIANTS_EVERY = 4


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_the_product_shows_each_day_as_worked_out_by_hand(
    entry: worked.Entry, open_shop, long_run
) -> None:
    shop = open_shop(entry.terms, entry.consumables, time_zone=entry.time_zone)
    played = Played(shop)
    events, wrong = list(entry.events), []
    for on in sorted(days_of(entry)):
        while events and events[0].on <= on:
            event = events.pop(0)
            try:
                played.record(event)
            except ActionRefused as refused:
                pytest.fail(f"{entry.id}: {event} is refused: {refused.code}, {refused}")
        day = shop.day(on)
        if drifted := [row for row in rollup.stale(shop.reseller, day=day) if row.drifted]:
            wrong.append(f"{on}: {drifted}")
        wrong += wrong_on(entry, played, day)
    assert not wrong, f"{entry.shows}\n" + "\n".join(wrong)
    if long_run or ENTRIES.index(entry) % INVARIANTS_EVERY == 0:
        assert invariants.broken() == []


def days_of(entry: worked.Entry) -> set[dt.date]:
    """Return the days on which something happens, is looked at, or is asked."""
    rows = [*entry.events, *(event for event, _code in entry.asked)]
    return {*(row.on for row in rows), *(day for day, _expected in entry.checks)}


def wrong_on(entry: worked.Entry, played: Played, day) -> list[str]:
    """Return what of a day is not as it was worked out; nothing where nothing was."""
    found = []
    for on, expected in entry.checks:
        if on == day.today:
            view = view_of(played, day)
            for name, value in expected.items():
                if (shown := getattr(view, name)) != value:
                    found.append(f"{on} {name}: by hand {value}, shown {shown}")
    for event, code in entry.asked:
        if event.on == day.today and (answer := played.refusal(event)) != code:
            found.append(f"{event}: by hand {code}, by the verb {answer}")
    return found


def test_the_product_reads_instants_as_the_days_they_were_worked_out_for() -> None:
    rows = tomllib.loads(worked.FILE.read_text(encoding="utf-8"))["entry"]
    told = [
        (row["at"], entry["time_zone"])
        for entry in rows
        for row in (*entry["events"], *entry["checks"], *entry.get("asked", ()))
        if "at" in row
    ]
    assert len(told) > 10
    for at, zone in told:
        assert date_of(at, zone) == worked.day_of({"at": at}, zone), (at, zone)

"""Days, time zones and names in a calendar feed."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.authorizations.calendar_feed.reading import days, entries, events_in, fetched

pytestmark = pytest.mark.django_db

AD = dt.date(2026, 4, 15)


def test_an_event_keeps_its_name_when_its_day_moves(feed, renewable, set_today):
    renewable(AD)

    def told() -> dict[str, dt.date]:
        return {str(row["UID"]): row["DTSTART"].dt for row in events_in(fetched(feed))}

    before = told()
    assert before == told()
    set_today("2026-05-16")
    after = told()
    [kept] = set(before) & set(after)
    assert kept.split("@")[0].endswith("-anniversary")
    assert (before[kept], after[kept]) == (AD, dt.date(2027, 4, 15))


# --- the calendar of the reseller


@pytest.mark.parametrize(
    ("zone", "instant", "late"),
    [
        # The day begins: 1 March is the last day of a PA of 30 January.
        ("Pacific/Tongatapu", "2026-03-01T10:59:00Z", False),
        ("Pacific/Tongatapu", "2026-03-01T11:00:00Z", True),
        ("America/New_York", "2026-03-02T04:59:00Z", False),
        ("America/New_York", "2026-03-02T05:00:00Z", True),
    ],
)
def test_today_is_the_resellers(feed, north, buy, settings, zone, instant, late):
    buy("2026-01-30")
    north.time_zone = zone
    north.save(update_fields=["time_zone"])
    settings.CONSOLE_TODAY = None
    with time_machine.travel(dt.datetime.fromisoformat(instant), tick=False):
        assert days(feed, "Past due") == (["2026-03-02"] if late else [])


def test_a_day_is_a_day_where_clocks_change(feed, north, make_customer):
    """On 29 March 2026 the day has 23 hours in Tallinn; events_in looks at the lengths."""
    make_customer(anniversary_on=dt.date(2026, 3, 29))
    assert entries(feed)[0].on == dt.date(2026, 3, 29)
    assert b"DTSTART;VALUE=DATE:20260329\r\nDTEND;VALUE=DATE:20260330\r\n" in fetched(feed)


# --- names


NAMES = [
    "Smith, Jones; Partners",
    "Bäckerei „Süß“ 🥐🇪🇪",
    "株式会社サンプル",
    "שלום בע״מ",
    "شركة الشمال",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_any_script_arrive_as_they_are(feed, make_customer, buy, name):
    pa = buy(of=make_customer(name=name), quantity=12)
    assert f"Order due: {pa.number}, {name}, 12 licenses" in {e.summary for e in entries(feed)}


def test_a_name_from_right_to_left_does_not_turn_the_words_around_it(feed, make_customer):
    make_customer(name="שלום בע״מ", anniversary_on=AD)
    make_customer(name="Šamaani OÜ", anniversary_on=AD)
    told = sorted(str(row["SUMMARY"]) for row in events_in(fetched(feed)))
    assert told == ["Anniversary date: Šamaani OÜ", "Anniversary date: \u2068שלום בע״מ\u2069"]

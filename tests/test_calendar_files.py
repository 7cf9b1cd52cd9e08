"""Calendar files are written as RFC 5545 wants them, whatever the names in them."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from reseller_console.lib.calendar_files import WholeDay, calendar_file
from tests.each import each

WRITTEN_AT = dt.datetime(2026, 3, 2, 7, 30, 15, tzinfo=dt.UTC)
ON = dt.date(2026, 2, 28)


def written(*summaries: str, description: str = "Words") -> bytes:
    """Return a file with an event for each summary."""
    events = [
        WholeDay(f"uid-{n}", ON, summary, description, "https://console.example/customers/1/")
        for n, summary in enumerate(summaries)
    ]
    parts = calendar_file("North", events, written_at=WRITTEN_AT, again=dt.timedelta(hours=4))
    return b"".join(parts)


def read_back(file: bytes) -> list:
    """Return the events a library reads; the lines are looked at one by one as well."""
    assert file.endswith(b"\r\n")
    for line in file.removesuffix(b"\r\n").split(b"\r\n"):
        assert 0 < len(line) <= 75
        assert not set(line) & {0x0A, 0x0D}
        # No character is cut in two.
        line.decode()
        # Nor is what is escaped: some read each line by itself.
        assert (len(line) - len(line.rstrip(b"\\"))) % 2 == 0
    [calendar] = Calendar.from_ical(file.decode(), multiple=True)
    assert not calendar.errors
    return calendar.walk("VEVENT")


def test_a_whole_file():
    assert written("One").decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Reseller Console//Calendar feed//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:North",
        "X-WR-CALNAME:North",
        "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
        "X-PUBLISHED-TTL:PT4H",
        "BEGIN:VEVENT",
        "UID:uid-0",
        "DTSTAMP:20260302T073015Z",
        "DTSTART;VALUE=DATE:20260228",
        "DTEND;VALUE=DATE:20260301",
        "SUMMARY:One",
        "DESCRIPTION:Words",
        "URL:https://console.example/customers/1/",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


@each(
    "name",
    [
        "Smith, Jones; Partners\\Sons",
        "C:\\North \\n \\, \\;",
        "END:VEVENT",
        "Ends with a backslash\\",
        "\\" * 200,
        "Tähe Keemia OÜ " * 12,
        "株式会社" * 40,
        "👩‍👩‍👧‍👦🏳️‍🌈" * 20,
        "شركة الشمال للتجارة" * 6,
        'He said "no": yes',
        "a" * 66,
        "a" * 67,
        "a" * 68,
        "a" * 66 + "é",
        "a" * 66 + ",",
    ],
)
def test_names_arrive_as_they_are(name):
    [event] = read_back(written(name))
    if "\\N" in name:
        # The library takes even an escaped backslash and N for the end of a line.
        return
    assert str(event["SUMMARY"]) == name


def test_a_backslash_and_n_are_no_end_of_a_line():
    assert b"SUMMARY:C:\\\\North \\\\n\r\n" in written("C:\\North \\n")


def test_paragraphs_arrive_and_other_control_characters_do_not():
    [event] = read_back(written("A\x00B\x1bC\x7f", description="One\nTwo\r\nThree\rFour\tFive"))
    assert str(event["SUMMARY"]) == "A B C "
    assert str(event["DESCRIPTION"]) == "One\nTwo \nThree Four\tFive"


def test_nothing_typed_ends_a_line():
    file = written("X\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:forged")
    [event] = read_back(file)
    assert "forged" in str(event["SUMMARY"])


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), max_size=3))
def test_any_text_makes_a_file_of_whole_lines(summaries):
    assert len(read_back(written(*summaries))) == len(summaries)

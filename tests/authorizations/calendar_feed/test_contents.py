"""What a calendar feed contains, day by day."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.actions.cancel import cancel_authorization
from authorizations.calendar_feed import events
from authorizations.calendar_feed.events import events_of
from reseller_console.accounts.actions.calendar_feed import change_feed
from reseller_console.tenancy.models import ProgramTerms
from tests.authorizations.calendar_feed.reading import days, entries, events_in, fetched
from tests.personas import day_of

pytestmark = pytest.mark.django_db

AD = dt.date(2026, 4, 15)

# A PA of 30 January: due on 1 March, past due from the 2nd, stopped from 1 April. Its AD is
# 2027-01-30: the calendar of a day, and the events of the PA on it.
DAYS = {
    "2026-01-30": {"Order due": "2026-03-01", "Licenses stop": "2026-04-01"},
    "2026-03-01": {"Order due": "2026-03-01", "Licenses stop": "2026-04-01"},
    "2026-03-02": {
        "Order due": "2026-03-01",
        "Past due": "2026-03-02",
        "Licenses stop": "2026-04-01",
    },
    "2026-04-01": {
        "Order due": "2026-03-01",
        "Past due": "2026-03-02",
        "Licenses stop": "2026-04-01",
    },
    # 60 days later, and the day after.
    "2026-04-30": {
        "Order due": "2026-03-01",
        "Past due": "2026-03-02",
        "Licenses stop": "2026-04-01",
    },
    "2026-05-01": {"Past due": "2026-03-02", "Licenses stop": "2026-04-01"},
    "2026-05-31": {"Licenses stop": "2026-04-01"},
    "2026-06-01": {},
    # It lapses.
    "2027-03-02": {},
}


@pytest.mark.parametrize("today", DAYS)
def test_a_purchase_that_awaits_its_order(feed, buy, set_today, today):
    buy("2026-01-30")
    set_today(today)
    told = {title: days(feed, title) for title in ("Order due", "Past due", "Licenses stop")}
    expected = {title: [DAYS[today][title]] if title in DAYS[today] else [] for title in told}
    assert told == expected


def test_titles_say_what_of_whom_and_how_many(feed, make_customer, buy):
    customer = make_customer(name="Summit Design")
    pa = buy(of=customer, quantity=12)
    buy(of=customer, quantity=1)
    summaries = [entry.summary for entry in entries(feed)]
    assert f"Order due: {pa.number}, Summit Design, 12 licenses" in summaries
    assert sum(summary.endswith("Summit Design, 1 license") for summary in summaries) == 2
    assert "Anniversary date: Summit Design" in summaries


def test_descriptions_say_the_rule_and_addresses_lead_to_the_customer(feed, customer, buy):
    pa = buy("2026-02-10")
    [due] = [row for row in events_in(fetched(feed)) if "Order due" in row["SUMMARY"]]
    assert "the customer can get nothing new until it is recorded" in due["DESCRIPTION"]
    assert "Duration to order: 12 months (365 days)." in due["DESCRIPTION"]
    path = f"{customer.get_absolute_url()}#{pa.number}"
    assert due["URL"] == f"http://127.0.0.1:8000{path}"


def test_licenses_of_a_purchase_close_to_the_anniversary_date_stop_with_the_term(
    feed, customer, buy, order, set_today
):
    order(buy("2025-04-15"), "2025-04-15")
    buy("2026-04-01")
    set_today("2026-04-01")
    [stops] = [row for row in events_in(fetched(feed)) if "Licenses stop" in row["SUMMARY"]]
    # AD + 30 comes before the sixtieth day.
    assert stops["DTSTART"].dt == dt.date(2026, 5, 16)
    assert "A later order does not bring them back" in stops["DESCRIPTION"]


@pytest.mark.parametrize("what", ["ordered", "cancelled"])
def test_what_is_done_disappears(feed, customer, buy, order, alice, what):
    pa = buy()
    assert days(feed, "Order due") == ["2026-04-01"]
    if what == "ordered":
        order(pa)
    else:
        cancel_authorization(pa, losing={}, by=alice, day=day_of(pa))
    assert [entry for entry in entries(feed) if pa.number in entry.summary] == []


# The calendar of a day, and which days of the term that ends on 15 April 2026 are told.
TERM = {
    # 400 days before the date, and the day before that.
    "2025-04-15": ["2026-03-16", "2026-04-15", "2026-05-15"],
    "2026-03-02": ["2026-03-16", "2026-04-15", "2026-05-15"],
    "2026-05-15": ["2026-03-16", "2026-04-15", "2026-05-15"],
    # Not renewed: the licenses are gone, and the next date holds.
    "2026-05-16": ["2027-04-15"],
}


@pytest.mark.parametrize("today", TERM)
def test_a_term_with_something_to_renew(feed, renewable, set_today, today):
    renewable(AD)
    set_today(today)
    assert [entry.on.isoformat() for entry in entries(feed)] == TERM[today]


def test_a_term_says_what_is_left_and_until_when(feed, renewable):
    customer = renewable(AD)
    assert [entry.summary for entry in entries(feed)] == [
        "Renewal window opens: Summit Design, 12 licenses",
        "Anniversary date: Summit Design, 12 licenses",
        "Last day to renew: Summit Design, 12 licenses",
    ]
    opens, *_others = events_in(fetched(feed))
    assert "up to and including 15 May 2026" in opens["DESCRIPTION"]
    assert opens["URL"].endswith(customer.get_absolute_url())


def test_the_window_is_that_of_the_program_terms_in_force(feed, renewable, program):
    renewable(AD)
    ProgramTerms.objects.create(
        program=program,
        effective_on=dt.date(2026, 3, 1),
        renewal_opens_days=10,
        renewal_closes_days=20,
    )
    told = [entry.on.isoformat() for entry in entries(feed)]
    assert told == ["2026-04-05", "2026-04-15", "2026-05-05"]


def test_a_term_without_anything_to_renew_has_its_date_alone(feed, make_customer):
    make_customer(name="Bare", anniversary_on=AD, custom_anniversary_on=AD)
    assert entries(feed) == [(AD, "Anniversary date: Bare")]


@pytest.mark.parametrize(("anniversary", "told"), [("2027-04-06", 1), ("2027-04-07", 0)])
def test_dates_up_to_400_days_ahead(feed, make_customer, anniversary, told):
    make_customer(anniversary_on=dt.date.fromisoformat(anniversary))
    assert len(entries(feed)) == told


def test_of_two_terms_to_renew_the_one_whose_window_is_not_over(feed, renewable, buy, order, alice):
    """Also before a night has written down that the first one is over."""
    customer = renewable(AD)
    order(buy("2026-04-20", of=customer, quantity=7), "2026-04-20")
    windows = {}
    for today in ("2026-05-15", "2026-05-16"):
        told = events_of(feed, day_of(alice, dt.date.fromisoformat(today)))
        windows[today] = [one.summary for one in told if "Last day" in one.summary]
    assert windows == {
        "2026-05-15": ["Last day to renew: Summit Design, 12 licenses"],
        "2026-05-16": ["Last day to renew: Summit Design, 7 licenses"],
    }


def test_a_withdrawn_invitation_has_no_date(feed, make_customer, pinned_today):
    make_customer(anniversary_on=AD, withdrawn_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    assert entries(feed) == []


# --- whose


def test_whose_customers_is_chosen(feed, alice, ada, bob, make_customer, subscribe):
    make_customer(name="Hers", anniversary_on=AD)
    make_customer(name="Adas", anniversary_on=AD, managed_by=ada)
    assert [entry.summary for entry in entries(feed)] == ["Anniversary date: Hers"]
    assert len(entries(subscribe(bob, "everything"))) == 2
    assert entries(subscribe(ada)) == [(AD, "Anniversary date: Adas")]
    change_feed(feed, scope="everything", show="", by=alice)
    assert len(entries(feed)) == 2


def test_a_filter_of_the_rail_narrows_purchases_and_terms(
    subscribe, alice, ada, make_customer, buy, renewable
):
    late, mine = make_customer(name="Late"), make_customer(name="In time")
    other = make_customer(name="Late as well", managed_by=ada)
    buy("2026-01-10", of=late)
    buy(of=mine)
    buy("2026-01-10", of=other)
    renewable(AD, name="Upcoming")
    feed = subscribe(alice, "managed", "past-due")
    assert {entry.summary.split(", ")[-2] for entry in entries(feed) if "PA-" in entry.summary} == {
        "Late"
    }
    assert not [entry for entry in entries(feed) if "Upcoming" in entry.summary]
    feed = change_feed(feed, scope="everything", show="upcoming", by=alice)
    assert {entry.summary.split(": ")[1] for entry in entries(feed)} == {"Upcoming, 12 licenses"}


def test_nothing_of_another_reseller(subscribe, charlie, customer, buy):
    buy()
    assert entries(subscribe(charlie, "everything")) == []


# --- bounds


def test_a_feed_that_is_too_long_says_so(feed, buy, make_customer, monkeypatch, pinned_today):
    monkeypatch.setattr(events, "MOST_EVENTS", 3)
    for _ in range(2):
        buy(of=make_customer())
    told = entries(feed)
    assert len(told) == 4
    assert (pinned_today, "This calendar is not complete") in told
    monkeypatch.setattr(events, "MOST_EVENTS", 6)
    # Two PAs of two events, and two anniversary dates: all of it.
    assert len(entries(feed)) == 6


def test_what_is_long_over_takes_nobodys_place(feed, buy, make_customer, monkeypatch, set_today):
    monkeypatch.setattr(events, "MOST_EVENTS", 4)
    for _ in range(6):
        buy("2026-01-01", of=make_customer())
    now = buy("2026-05-20", of=make_customer())
    # The licenses of the first ones stopped on 3 March.
    set_today("2026-05-20")
    assert f"Order due: {now.number}" in " ".join(entry.summary for entry in entries(feed))

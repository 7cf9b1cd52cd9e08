"""Program terms: what they would change is shown first, and saving them rewrites nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.models import PurchaseAuthorization
from authorizations.rules import rollup
from customers.tally import rail_counts
from reseller_console.tenancy.models import ProgramTerms, Reseller
from reseller_console.tenancy.presets import PRESETS
from tests.admin.forms import opened
from tests.admin.pages import D, url
from tests.admin.terms import ADD, CONFIRMED, table, upcoming_in
from tests.counting import counted
from tests.each import each
from tests.fingerprints import facts

# What saving terms may write beside the terms.
LOG = {"django_admin_log", "tenancy_programterms"}


@pytest.fixture
def fill(desk, program):
    """Return a function that fills in the form of new terms: the 14-day preset unless told."""

    def filled(effective_on: str = "2026-04-01", **more: object):
        typed = {"program": program.pk, "effective_on": effective_on, **PRESETS["14 days"]}
        return opened(desk, ADD) | {name: [str(value)] for name, value in (typed | more).items()}

    return filled


@pytest.fixture
def aged(make_customer, make_authorization):
    """Three PAs of customers of North: 10, 20 and 50 days old, created under the 30-day terms."""
    return [make_authorization(make_customer(), days) for days in (10, 20, 50)]


def test_new_terms_are_previewed_and_nothing_is_saved(desk, fill, aged, north):
    before = facts()
    answer = desk.post(ADD, fill())
    assert facts() == before
    page = " ".join(answer.content.decode().split())
    assert "Nothing is saved yet. Terms of VIP for tests, first day 1 Apr 2026." in page
    assert "Nothing changes before 1 April 2026, the first day of these terms." in page
    assert "2 of 3 open PAs would be past due today if created under these terms." in page
    assert "Past due by their own dates: 1. Past due only by these terms: 1." in page
    assert "Saving does not re-date them" in page
    assert [
        (row["PA"], row["Due now"], row["Due then"], row["State now"], row["Then"])
        for row in table(answer, "named")
    ] == [
        (aged[1].number, "12 Mar 2026", "24 Feb 2026", "Pending", "Overdue"),
        (aged[2].number, "10 Feb 2026", "25 Jan 2026", "Overdue", "Suspended"),
    ]
    assert table(answer, "open")[-1] == {
        "Reseller": "Total",
        "Its today": "",
        "Open": "3",
        "Past due now": "1",
        "Overdue then": "1",
        "Suspended then": "1",
        "Lapsed then": "0",
        "Newly past due": "1",
    }


def test_the_numbers_stand_side_by_side(desk, fill, north):
    counts = {
        row["Days"]: (row["Now"], row["New"]) for row in table(desk.post(ADD, fill()), "counts")
    }
    assert counts == {
        "Order due days": ("30", "14"),
        "Suspended after days": ("60", "44"),
        "Renewal opens days": ("30", "30"),
        "Renewal closes days": ("30", "30"),
        "Upcoming days": ("59", "15"),
        "Return days": ("14", "14"),
        "Invitation days": ("30", "30"),
    }


def test_saving_rewrites_nothing_but_the_terms(desk, fill, aged, north, program):
    before = facts()
    assert desk.post(ADD, fill() | CONFIRMED).status_code == 302
    after = facts()
    assert {name for name in after if after[name] != before[name]} == LOG
    assert program.terms_on(dt.date(2026, 3, 31)).order_due_days == 30
    assert program.terms_on(dt.date(2026, 4, 1)).order_due_days == 14


def test_windows_follow_from_the_effective_date_on(
    desk, fill, make_customer, north, set_today, program
):
    """60 days before the AD: upcoming by 59 days ahead of the window, not by 15."""
    make_customer(renewal_on=dt.date(2026, 5, 31))
    make_customer(renewal_on=dt.date(2026, 5, 10))
    # Today 90 and 69 days ahead, on 1 April 60 and 39.
    assert upcoming_in(desk.post(ADD, fill())) == {
        "Customers in": "Upcoming Renewals",
        "Today": "1",
        "Without the change": "2",
        "With it": "1",
        "Difference": "−1",
        "Leave": "1",
        "Join": "0",
    }
    desk.post(ADD, fill() | CONFIRMED)

    def counted_on(day: str) -> tuple[int, int]:
        today = set_today(day)
        counts = rail_counts(north.pk, north.day(today))
        return counts["upcoming"], counts["ready"]

    assert counted_on("2026-03-31") == (2, 0)
    assert counted_on("2026-04-01") == (1, 0)


def test_what_the_end_of_the_window_decides_is_no_longer_said_to_stay(desk, fill, north):
    pages = [desk.post(ADD, fill(renewal_closes_days=days)).content.decode() for days in (30, 31)]
    assert ["When anniversary dates move on." in page for page in pages] == [True, False]
    assert ["closes on another day" in page for page in pages] == [False, True]


def test_back_to_the_form_keeps_everything_typed(desk, fill):
    data = fill("2026-07-15", return_days=9) | {"_back": "1"}
    answer = desk.post(ADD, data)
    page = answer.content.decode()
    form = answer.context["adminform"].form
    assert form["effective_on"].value() == "2026-07-15"
    assert (form["return_days"].value(), form["order_due_days"].value()) == ("9", "14")
    assert "Please correct the error" not in page
    assert "Nothing is saved yet" not in page
    assert ProgramTerms.objects.count() == 1


@each(
    ("typed", "field"),
    [
        ({"suspended_after_days": 27}, "__all__"),
        ({"order_due_days": 0}, "__all__"),
        ({"order_due_days": "x"}, "order_due_days"),
        ({"effective_on": "2000-01-01"}, "__all__"),
        ({"effective_on": ""}, "effective_on"),
    ],
)
def test_terms_that_cannot_be_are_refused_before_any_preview(desk, fill, typed, field):
    answer = desk.post(ADD, fill(**typed))
    assert field in answer.context["adminform"].form.errors
    assert ProgramTerms.objects.count() == 1


def test_whoever_confirms_straight_away_saves_nothing_that_is_wrong(desk, fill):
    desk.post(ADD, fill(suspended_after_days=27) | CONFIRMED)
    assert ProgramTerms.objects.count() == 1


# --- Many resellers, many purchases


def test_the_preview_asks_the_same_for_three_resellers_and_three_hundred(
    desk, fill, program, north, aged
):
    def asked() -> int:
        data = fill()
        with counted() as queries:
            assert desk.post(ADD, data).status_code == 200
        return len(queries)

    few = asked()
    Reseller.objects.bulk_create(
        Reseller(name=f"Reseller {n}", program=program) for n in range(300)
    )
    assert asked() == few
    page = " ".join(desk.post(ADD, fill()).content.decode().split())
    assert "276 more resellers are in the total." in page
    assert len(page) < 60_000


def test_only_the_first_are_named_and_the_rest_are_counted(
    desk, fill, make_customer, make_authorization, north
):
    for _number in range(30):
        make_authorization(make_customer(), 20)
    page = " ".join(desk.post(ADD, fill()).content.decode().split())
    assert page.count("PA-0") == 25
    assert "And 5 more." in page


def test_the_preview_agrees_with_what_is_stored_afterwards(desk, fill, aged, north):
    """Saved and re-dated, each state is the one the preview said."""
    assert rollup.refresh(north, day=north.day()).changed == 3
    desk.post(ADD, fill("2026-03-02") | CONFIRMED)
    terms = ProgramTerms.objects.latest("effective_on")
    path = url(ProgramTerms, "redating", terms.pk)
    counts = ",".join(map(str, terms.counts))
    desk.post(path, {"reason": "New contract", "sure": "on", "counts": counts})
    late = PurchaseAuthorization.objects.past_due()
    assert set(late) == set(aged[1:])
    assert rail_counts(north.pk, north.day())["past-due"] == 2
    assert aged[0].created_on == dt.date(2026, 3, 2) - D(10)

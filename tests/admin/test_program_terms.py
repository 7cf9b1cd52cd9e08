"""Program terms: what they would change is shown first, and saving them rewrites nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from authorizations.models import PurchaseAuthorization
from authorizations.rules import rollup
from customers.tally import rail_counts
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Program, ProgramTerms, Reseller
from reseller_console.tenancy.presets import PRESETS
from tests import personas
from tests.admin.forms import errors_in, opened
from tests.admin.pages import D, act, said, url
from tests.counting import counted
from tests.each import each
from tests.fingerprints import facts
from tests.rules.reading import rows, tree_of

CONFIRMED = {"_confirmed": "1"}
ADD = url(ProgramTerms, "add")
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


def table(answer, name: str) -> list[dict[str, str]]:
    """Return the rows of the table below a heading, by the heading's id."""
    page = tree_of(answer.content.decode())
    return rows(page.find(f".//div[@aria-labelledby='{name}']"))


def upcoming_in(answer) -> dict[str, str]:
    """Return what the preview says of Upcoming Renewals."""
    found = table(answer, "filters")
    return next(row for row in found if row["Customers in"] == "Upcoming Renewals")


def test_new_terms_are_previewed_and_nothing_is_saved(desk, fill, aged, north):
    before = facts()
    answer = desk.post(ADD, fill())
    assert facts() == before
    page = " ".join(answer.content.decode().split())
    assert "Nothing is saved yet. Terms of VIP for tests, first day 1 Apr 2026." in page
    assert "Nothing changes before 1 April 2026, the first day of these terms." in page
    assert "2 of 3 open PAs would be past due today if created under these terms." in page
    assert "1 of them are not past due by their own dates; 1 are past due as it is" in page
    assert "Saving does not re-date them" in page
    assert [
        (row["PA"], row["Due now"], row["Due then"], row["State now"], row["State then"])
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
        "That day, without the change": "2",
        "That day, with it": "1",
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


# --- Terms that are in force, or past


@pytest.fixture
def in_force(program):
    return program.terms.get()


def change(desk, terms, **typed):
    path = url(ProgramTerms, "change", terms.pk)
    return path, opened(desk, path) | {name: [str(value)] for name, value in typed.items()}


def test_terms_in_force_are_changed_after_the_same_preview_with_a_warning(
    desk, in_force, aged, north
):
    path, data = change(desk, in_force, upcoming_days=15)
    answer = desk.post(path, data)
    page = " ".join(answer.content.decode().split())
    assert "These terms are in force already. Saving changes the renewal windows at once" in page
    in_force.refresh_from_db()
    assert in_force.upcoming_days == 59
    answer = desk.post(path, data | CONFIRMED, follow=True)
    assert "keep the dates they were created with" in said(answer)[0]
    in_force.refresh_from_db()
    assert in_force.upcoming_days == 15
    (entry,) = LogEntry.objects.all()
    assert "upcoming_days: 59 -> 15" in entry.get_change_message()


def test_terms_of_the_past_say_so(desk, in_force, program, north):
    program.terms.create(effective_on=dt.date(2026, 2, 1))
    path, data = change(desk, in_force, upcoming_days=15)
    page = " ".join(desk.post(path, data).content.decode().split())
    assert "These terms are those of the past, 1 January 2000 to 31 January 2026." in page
    assert "No customer leaves or joins a filter because of these terms." in page


def test_terms_that_are_put_off_are_compared_on_the_day_they_would_have_begun(
    desk, program, make_customer, north
):
    make_customer(renewal_on=dt.date(2026, 5, 31))
    coming = program.terms.create(effective_on=dt.date(2026, 4, 1), **PRESETS["14 days"])
    path, data = change(desk, coming, effective_on="2026-05-01")
    answer = desk.post(path, data)
    assert "Filters of the left rail on 1 Apr 2026" in " ".join(answer.content.decode().split())
    assert upcoming_in(answer)["Difference"] == "+1"


def test_terms_stay_with_their_program_and_cannot_be_deleted(desk, in_force, program):
    other = personas.make_program("Other")
    path, data = change(desk, in_force, program=other.pk, upcoming_days=15)
    desk.post(path, data | CONFIRMED)
    in_force.refresh_from_db()
    assert (in_force.program, in_force.upcoming_days) == (program, 15)
    delete = url(ProgramTerms, "delete", in_force.pk)
    assert [desk.get(delete).status_code, desk.post(delete).status_code] == [403, 403]
    act(desk, ProgramTerms, "delete_selected", in_force)
    assert program.terms.get() == in_force


def test_a_save_that_would_undo_another_one_is_refused_before_the_preview(desk, in_force):
    path, data = change(desk, in_force, upcoming_days=15)
    ProgramTerms.objects.filter(pk=in_force.pk).update(upcoming_days=20)
    answer = desk.post(path, data | CONFIRMED)
    assert "Stored: 20" in errors_in(answer.context)["upcoming_days"]


def test_staff_who_may_look_at_terms_may_not_change_or_re_date(login, in_force):
    staff = User.objects.create_user("staff@console.example", name="Stan", is_staff=True)
    staff.user_permissions.add(Permission.objects.get(codename="view_programterms"))
    browser = login(staff)
    path = url(ProgramTerms, "change", in_force.pk)
    assert browser.get(path).status_code == 200
    assert browser.post(path, CONFIRMED).status_code == 403
    assert browser.post(ADD, CONFIRMED).status_code == 403
    assert browser.get(url(ProgramTerms, "redating", in_force.pk)).status_code == 403


# --- Programs


def test_a_new_program_comes_with_its_first_terms(desk):
    path = url(Program, "add")
    data = opened(desk, path) | {"name": "New", "terms-0-effective_on": "2026-01-01"}
    assert desk.post(path, data).status_code == 302
    assert Program.objects.get(name="New").terms.get().order_due_days == 30
    page = desk.get(url(Program, "change", Program.objects.get(name="New").pk))
    assert "terms-0-order_due_days" not in page.content.decode()


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
    assert rollup.refresh(north, day=north.day()) == 3
    desk.post(ADD, fill("2026-03-02") | CONFIRMED)
    terms = ProgramTerms.objects.latest("effective_on")
    path = url(ProgramTerms, "redating", terms.pk)
    counts = ",".join(map(str, terms.counts))
    desk.post(path, {"reason": "New contract", "sure": "on", "counts": counts})
    late = PurchaseAuthorization.objects.past_due()
    assert set(late) == set(aged[1:])
    assert rail_counts(north.pk, north.day())["past-due"] == 2
    assert aged[0].created_on == dt.date(2026, 3, 2) - D(10)

"""Program terms that are in force, or past, and the programs they are of."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Program, ProgramTerms
from reseller_console.tenancy.presets import PRESETS
from tests import personas
from tests.admin.forms import errors_in, opened
from tests.admin.pages import act, said, url
from tests.admin.terms import ADD, CONFIRMED, upcoming_in


@pytest.fixture
def in_force(program):
    return program.terms.get()


def change(desk, terms, **typed):
    path = url(ProgramTerms, "change", terms.pk)
    return path, opened(desk, path) | {name: [str(value)] for name, value in typed.items()}


def test_terms_in_force_are_changed_after_the_same_preview_with_a_warning(desk, in_force, north):
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


def test_who_may_not_see_purchases_reads_how_many_there_are_and_no_names(
    login, in_force, customer, make_authorization
):
    late = make_authorization(customer, 20)
    staff = User.objects.create_user("staff@console.example", name="Stan", is_staff=True)
    for name in ("view_programterms", "change_programterms"):
        staff.user_permissions.add(Permission.objects.get(codename=name))
    path, data = change(
        login(staff), in_force, order_due_days=14, suspended_after_days=44, upcoming_days=15
    )
    page = " ".join(login(staff).post(path, data).content.decode().split())
    assert "1 of 1 open PAs would be past due today" in page
    assert late.number not in page
    assert customer.name not in page

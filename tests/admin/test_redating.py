"""The page that re-dates open PAs: listed, asked once more, written down."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry

from authorizations.django_admin import redating as pages
from authorizations.models import PurchaseAuthorization
from customers.models import CustomerEvent
from reseller_console.tenancy.models import ProgramTerms
from reseller_console.tenancy.presets import PRESETS
from tests.admin.pages import said, url
from tests.fingerprints import facts
from tests.rules.reading import rows, tree_of


@pytest.fixture
def terms(program, pinned_today):
    """The 14-day terms, in force since today."""
    return program.terms.create(effective_on=pinned_today, **PRESETS["14 days"])


@pytest.fixture
def path(terms):
    """The page that re-dates by them."""
    return url(ProgramTerms, "redating", terms.pk)


@pytest.fixture
def aged(make_customer, make_authorization):
    """Two PAs of customers of their own, 10 and 20 days old."""
    return [make_authorization(make_customer(), days) for days in (10, 20)]


def typed(terms, **more):
    counts = ",".join(map(str, terms.counts))
    return {"reason": "New contract", "sure": "on", "counts": counts} | more


def test_the_page_lists_what_moves_and_changes_nothing(desk, path, aged):
    before = facts()
    answer = desk.get(path)
    assert facts() == before
    page = tree_of(answer.content.decode())
    listed = rows(page.find(".//div[@aria-labelledby='list']"))
    assert [(row["PA"], row["Due"], row["Suspended after"], row["State"]) for row in listed] == [
        (aged[1].number, "12 Mar 2026 → 24 Feb 2026", "11 Apr 2026 → 26 Mar 2026",
         "Pending → Overdue"),
        (aged[0].number, "22 Mar 2026 → 6 Mar 2026", "21 Apr 2026 → 5 Apr 2026", "Pending"),
    ]  # fmt: skip
    states = rows(page.find(".//div[@aria-labelledby='states']"))
    assert sorted(tuple(row.values()) for row in states) == [
        ("Pending", "Overdue", "1"),
        ("Pending", "Pending", "1"),
    ]


def test_it_is_done_with_a_reason_and_written_down(desk, ops, path, terms, aged):
    answer = desk.post(path, typed(terms), follow=True)
    assert said(answer) == ["2 purchase authorizations were re-dated."]
    assert "There is nothing to re-date." in answer.content.decode()
    due = PurchaseAuthorization.objects.order_by("pk").values_list("due_on", flat=True)
    assert list(due) == [dt.date(2026, 3, 6), dt.date(2026, 2, 24)]
    assert CustomerEvent.objects.filter(kind="authorization_redated", by=ops).count() == 2
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (ops, str(terms.pk))
    assert "2 purchase authorizations were re-dated. New contract" in entry.change_message


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"reason": ""}, "This field is required."),
        ({"reason": "<b>"}, "The characters &lt; and &gt; are not accepted"),
        ({"sure": ""}, "This field is required."),
        ({"counts": "1,2"}, "These terms were changed while this page was open."),
        ({"counts": "x"}, "These terms were changed while this page was open."),
        ({"counts": ""}, "These terms were changed while this page was open."),
    ],
)
def test_what_is_missing_is_said_and_nothing_moves(desk, path, terms, aged, more, fault):
    before = facts()
    page = desk.post(path, typed(terms, **more)).content.decode()
    assert facts() == before
    assert fault in page
    if more.get("reason") != "":
        assert "New contract" in page or "reason" in more


def test_terms_that_are_not_in_force_have_no_button(desk, program, aged):
    coming = program.terms.create(effective_on=dt.date(2026, 3, 3), **PRESETS["14 days"])
    coming_path = url(ProgramTerms, "redating", coming.pk)
    page = desk.get(coming_path).content.decode()
    assert "These terms are not in force today" in page
    assert 'name="sure"' not in page
    before = facts()
    desk.post(coming_path, typed(coming))
    assert facts() == before


def test_nobody_but_ops_gets_there(login, alice, ada, charlie, vera, path, terms, aged):
    browsers = [login(person) for person in (alice, ada, charlie, vera)]
    before = facts()
    for browser in browsers:
        for where in (path, f"{path[:-1]}.csv"):
            assert browser.get(where).status_code == 403
            assert browser.post(where, typed(terms)).status_code == 403
    assert facts() == before


def test_what_is_not_done_in_time_is_left_for_the_next_press(desk, path, terms, aged, monkeypatch):
    monkeypatch.setattr(pages, "SECONDS", 0)
    monkeypatch.setattr("authorizations.actions.redate.BATCH", 1)
    answer = desk.post(path, typed(terms), follow=True)
    assert said(answer) == [
        "1 purchase authorization was re-dated.",
        "1 customer is left: press the button again.",
    ]
    desk.post(path, typed(terms))
    assert not PurchaseAuthorization.objects.exclude(
        due_on__in=[dt.date(2026, 3, 6), dt.date(2026, 2, 24)]
    ).exists()


def test_the_file_has_all_of_them(desk, path, aged, monkeypatch):
    monkeypatch.setattr("authorizations.program_terms.redating.SHOWN", 1)
    page = " ".join(desk.get(path).content.decode().split())
    assert "And 1 more, all of them in the file." in page
    answer = desk.get(f"{path[:-1]}.csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("PA number,Organization name,VIP ID,Reseller,Created on,Due now")
    assert [line.split(",")[0] for line in lines[1:]] == [row.number for row in aged]
    assert ",2026-03-22,2026-03-06," in lines[1]


def test_pages_of_terms_that_are_nowhere_are_404(desk):
    for pk in ("999999", "x"):
        assert desk.get(url(ProgramTerms, "redating", pk)).status_code == 404

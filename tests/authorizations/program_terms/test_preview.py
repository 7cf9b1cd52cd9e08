"""What a change of terms would mean, worked out by hand: the 14-day preset over 30-day PAs."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from authorizations.program_terms.past_due import NAMED
from authorizations.program_terms.preview import preview
from authorizations.rules.status import Status
from customers.standing import FILTERS
from customers.tally import rail_counts
from reseller_console.tenancy.models import ProgramTerms
from tests import personas
from tests.authorizations.program_terms.conftest import AGES
from tests.counting import counted
from tests.each import each


def test_which_open_pas_would_be_past_due(aged, ends_soon, fourteen):
    shown = preview(fourteen(stored=False))
    total = shown.past_due.total
    # Ages 15, 30, 31, 44; 45, 60, 61; and the one whose term is over.
    assert (total.open, total.overdue, total.suspended, total.lapsed) == (10, 4, 3, 1)
    assert (total.late, total.newly_late, total.late_now, total.late_no_more) == (8, 2, 6, 0)
    states = {late.number: (late.state_now, late.state_then) for late in shown.past_due.named}
    late = ("overdue", "suspended", "lapsed")
    assert states == {
        **{aged[age].number: states for age, states in AGES.items() if states[1] in late},
        ends_soon.number: ("overdue", "lapsed"),
    }


def test_who_is_named_and_in_which_order(aged, ends_soon, fourteen):
    first, *others = preview(fourteen(stored=False)).past_due.named
    assert first.number == aged[30].number
    assert (first.created_on, first.due_now, first.due_then) == (
        dt.date(2026, 1, 31),
        dt.date(2026, 3, 2),
        dt.date(2026, 2, 14),
    )
    assert (first.customer, first.vip_id) == (aged[30].customer.name, aged[30].customer.vip_id)
    moved = [late.number for late in others if late.state_now != late.state_then]
    # Newly past due first, then those whose state is another one, by the day they would be due.
    assert moved == [aged[15].number, aged[60].number, ends_soon.number, aged[45].number]


def test_the_other_way_round_some_would_be_past_due_no_more(aged, fourteen, program):
    thirty = program.terms.get()
    fourteen("2026-01-01")
    redated = preview(ProgramTerms(program=program, effective_on=dt.date(2026, 3, 2)))
    assert redated.past_due.total.late_no_more == 0
    sixty = ProgramTerms(
        program=program,
        effective_on=dt.date(2026, 3, 2),
        order_due_days=60,
        suspended_after_days=120,
    )
    assert preview(sixty).past_due.total.late_no_more == 4
    assert thirty.order_due_days == 30


def test_what_is_ordered_cancelled_or_lapsed_is_not_counted(aged, fourteen, set_today):
    set_today("2027-03-10")
    # Created on 2 March 2026 and later; the others' terms ended more than 30 days before.
    open_now = sum(row.lapses_on > dt.date(2027, 3, 10) for row in aged.values())
    assert preview(fourteen("2027-03-10", stored=False)).past_due.total.open == open_now
    assert 0 < open_now < len(AGES)


def test_each_reseller_is_counted_on_its_own_today(
    buy, make_customer, charlie, north, south, fourteen, settings
):
    """A PA of 16 February is due on 2 March by 14 days."""
    for manager in (None, charlie):
        more = {"managed_by": manager} if manager else {}
        buy("2026-02-16", of=make_customer(**more))
    settings.CONSOLE_TODAY = None
    # 3 March in Tallinn, 2 March in New York.
    with time_machine.travel(dt.datetime(2026, 3, 2, 23, 30, tzinfo=dt.UTC), tick=False):
        shown = preview(fourteen("2026-04-01", stored=False))
    late = {pk: tally.late for pk, tally in shown.past_due.of_resellers.items()}
    assert late == {north.pk: 1, south.pk: 0}
    assert [row.today.day for row in shown.rows] == [3, 2]


def test_another_programs_pas_are_not_counted(buy, make_customer, fourteen):
    east = personas.make_reseller("East", program=personas.make_program("Other"))
    eve = personas.make_user("eve@east.example", "Eve", east, "manager")
    buy("2026-01-31", of=make_customer(managed_by=eve))
    assert preview(fourteen(stored=False)).past_due.total.open == 0


# Anniversary dates, and the filters they are in on 2 March, on 1 April by 30 and 59 days, and
# on 1 April by a window from 10 days before to 20 after that is announced 15 days ahead.
DATES = {
    "2026-03-02": ("ready", "ready", ""),
    "2026-03-12": ("ready", "ready", "ready"),
    "2026-03-11": ("ready", "ready", ""),
    "2026-04-11": ("upcoming", "ready", "ready"),
    "2026-04-12": ("upcoming", "ready", "upcoming"),
    "2026-04-26": ("upcoming", "ready", "upcoming"),
    "2026-04-27": ("upcoming", "ready", ""),
    "2026-05-02": ("upcoming", "upcoming", ""),
    "2026-06-29": ("", "upcoming", ""),
    "2026-06-30": ("", "", ""),
}


def test_what_moves_in_each_filter(make_customer, fourteen, north, south):
    for date in DATES:
        make_customer(renewal_on=dt.date.fromisoformat(date))
    typed = fourteen("2026-04-01", stored=False, renewal_opens_days=10, renewal_closes_days=20)
    shown = preview(typed)
    moves = {move.slug: (move.now, move.before, move.after) for move in shown.filters.total}
    for slug in ("upcoming", "ready"):
        expected = zip(*DATES.values(), strict=True)
        assert moves[slug] == tuple(column.count(slug) for column in expected), slug
    found = {move.slug: (move.leave, move.join, move.difference) for move in shown.moving}
    # As many leave "upcoming" as join it: they are others all the same.
    assert found == {"upcoming": (2, 2, "±0"), "ready": (5, 0, "−5")}
    assert [move.slug for move in shown.moving] == ["upcoming", "ready"]
    assert [move.slug for move in shown.still] == ["", "no-products", "pending", "past-due"]
    assert shown.filters.of_resellers[north.pk] == shown.filters.total
    assert {move.before for move in shown.filters.of_resellers[south.pk]} == {0}


def test_the_counts_of_the_day_are_those_the_rail_has_then(
    make_customer, aged, fourteen, north, set_today
):
    for date in DATES:
        make_customer(renewal_on=dt.date.fromisoformat(date))
    typed = fourteen("2026-04-01", stored=False)
    shown = preview(typed)
    typed.save()
    counts = rail_counts(north.pk, north.day(set_today("2026-04-01")))
    assert counts == {move.slug: move.after for move in shown.filters.total}
    assert [move.slug for move in shown.filters.total] == [entry.slug for entry in FILTERS]


@each(
    ("effective_on", "said"),
    [
        ("2026-03-02", "in force as soon as they are saved"),
        ("2026-02-01", "in force as soon as they are saved, from 1 February 2026 on"),
        ("2026-03-03", "Nothing changes before 3 March 2026"),
        ("1999-01-01", "those of the past, 1 January 1999 to 31 December 1999"),
    ],
)
def test_the_page_says_from_when_they_hold(north, fourteen, effective_on, said):
    assert said in preview(fourteen(effective_on, stored=False)).sentence


def test_terms_before_others_end_when_those_begin(north, fourteen, program):
    program.terms.create(effective_on=dt.date(2026, 6, 1))
    sentence = preview(fourteen("2026-04-01", stored=False)).sentence
    assert sentence.endswith("They end on 31 May 2026, when other terms begin.")


@pytest.mark.parametrize("many", [3, 60])
def test_more_pas_take_no_more_queries(make_customer, buy, fourteen, north, many):
    for _number in range(many):
        buy("2026-01-31", of=make_customer())
    with counted() as queries:
        shown = preview(fourteen("2026-04-01", stored=False))
    assert len(queries) == 8
    assert shown.past_due.total.then(Status.OVERDUE) == many
    assert len(shown.past_due.named) == min(many, NAMED)
    assert shown.past_due.unnamed == many - min(many, NAMED)


@pytest.mark.parametrize(("closes", "otherwise"), [(30, False), (31, True)])
def test_another_end_of_the_renewal_window_is_said(north, fourteen, closes, otherwise):
    typed = fourteen("2026-04-01", stored=False, renewal_closes_days=closes)
    assert preview(typed).closes_otherwise == otherwise

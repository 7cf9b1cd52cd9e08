"""Re-dating what awaits its order by the terms in force: dates, states, activity, refusals."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from authorizations import invariants
from authorizations.actions import redate
from authorizations.actions.assign import assign
from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.order import record_order
from authorizations.actions.redate import Done, redate_authorizations
from authorizations.models import Assignment, PurchaseAuthorization
from authorizations.night.run import run_night
from customers.models import CustomerEvent
from customers.tally import rail_counts
from notifications.models import Email
from reseller_console.accounts.activity import sentence, sentence_to_members
from reseller_console.lib.refusals import ActionRefused
from tests import personas
from tests.authorizations.program_terms.conftest import AGES
from tests.counting import counted
from tests.personas import day_of

D = dt.timedelta
KINDS = ("authorization_redated", "authorization_redated_otherwise")


def run(terms, by, **more):
    return redate_authorizations(terms, by=by, **{"counts": terms.counts, "reason": "New"} | more)


def stored(row: PurchaseAuthorization) -> tuple[int, ...]:
    """Return how many days after its date a PA is due and suspended."""
    row.refresh_from_db()
    return (row.due_on - row.created_on).days, (row.suspends_on - row.created_on).days


def states(rows) -> dict[int, str]:
    found = PurchaseAuthorization.objects.in_bulk([row.pk for row in rows.values()])
    return {age: found[row.pk].status for age, row in rows.items()}


def events():
    return CustomerEvent.objects.filter(kind__in=KINDS).order_by("pk")


def test_open_pas_get_the_dates_they_would_have_been_born_with(aged, fourteen, ops, north, ada):
    before = {age: row.counts_to for age, row in aged.items()}
    assert states(aged) == {age: now for age, (now, _then) in AGES.items()}
    assert run(fourteen(), ops) == Done(len(AGES), len(AGES), 0)
    assert {age: stored(row) for age, row in aged.items()} == dict.fromkeys(AGES, (14, 44))
    assert states(aged) == {age: then for age, (_now, then) in AGES.items()}
    assert {age: row.counts_to for age, row in aged.items()} == before
    assert {row.lapses_on - row.counts_to for row in aged.values()} == {D(31)}
    # The rail counts what the states say, without a night, and nothing is stored wrongly.
    counts = rail_counts(north.pk, north.day())
    assert (counts["pending"], counts["past-due"]) == (2, 7)
    assert invariants.broken() == []


def test_each_customers_activity_says_from_when_to_when_and_why(aged, fourteen, ops):
    run(fourteen(), ops, reason="  New contract  ")
    event = events().get(customer=aged[15].customer)
    assert event.by == ops
    assert sentence(event) == (
        f"moved the due date of {aged[15].number} from 17 March 2026 to 1 March 2026: New contract"
    )
    assert sentence_to_members(event) == (
        f"changed the date by which {aged[15].number} must be ordered, from 17 March 2026"
        " to 1 March 2026"
    )
    assert event.details["old_lapses_on"] == event.details["new_lapses_on"] == "2027-03-18"
    assert not Email.objects.filter(template__in=("pa_due_soon", "pa_overdue")).exists()


def test_a_due_date_that_stays_is_not_said_to_have_moved(aged, fourteen, ops):
    run(fourteen(order_due_days=30, suspended_after_days=90), ops)
    event = events().get(customer=aged[0].customer)
    assert sentence(event) == (
        f"moved dates of {aged[0].number} after its due date, 1 April 2026: New"
    )


def test_a_second_run_changes_nothing(aged, fourteen, ops):
    terms = fourteen()
    run(terms, ops)
    before = list(PurchaseAuthorization.objects.order_by("pk").values())
    assert run(terms, ops) == Done(0, 0, 0)
    assert list(PurchaseAuthorization.objects.order_by("pk").values()) == before
    assert events().count() == len(AGES)


def test_what_is_ordered_cancelled_or_lapsed_keeps_its_dates(
    make_customer, buy, fourteen, ops, alice, pinned_today, set_today
):
    day = day_of(alice, pinned_today)
    ordered, cancelled, lapsed = (
        buy(on, of=make_customer(anniversary_on=dt.date(2026, 6, 1)))
        for on in ("2026-03-01", "2026-03-01", "2026-03-01")
    )
    record_order([ordered], number="O-1", ordered_on=pinned_today, by=alice, day=day)
    cancel_authorization(cancelled, by=alice, day=day)
    set_today("2026-07-02")
    lapsed = PurchaseAuthorization.objects.get(pk=lapsed.pk)
    assert lapsed.status == "lapsed"
    assert run(fourteen(), ops) == Done(0, 0, 0)
    assert [stored(row) for row in (ordered, cancelled, lapsed)] == [(30, 60)] * 3


def test_another_program_keeps_its_dates(make_customer, buy, fourteen, ops, photoshop):
    other = personas.make_reseller("East", program=personas.make_program("Other"))
    eve = personas.make_user("eve@east.example", "Eve", other, "manager")
    theirs = buy("2026-03-01", of=make_customer(managed_by=eve))
    assert run(fourteen(), ops) == Done(0, 0, 0)
    assert stored(theirs) == (30, 60)


@pytest.mark.parametrize(("today", "status"), [("2026-03-04", "overdue"), ("2026-03-07", "lapsed")])
def test_licenses_that_are_gone_by_the_new_dates_end_at_once(
    make_customer, buy, vip_terms, fourteen, ops, ada, photoshop, set_today, north, today, status
):
    customer = make_customer(anniversary_on=dt.date(2026, 2, 10))
    member = personas.make_member(customer, "m@x.example", "Mia", accepts=vip_terms)
    row = buy("2026-01-20", of=customer)
    day = day_of(customer, set_today("2026-01-21"))
    assign(customer, photoshop, people=[("Ann", "ann@x.example")], by=member, day=day)
    # By the new dates licenses end on 20 February, and it is suspended, or lapses, after 5 March.
    set_today(today)
    run_night(north)
    assert Assignment.objects.get().ended_at is None
    run(fourteen(renewal_closes_days=10), ops)
    assert PurchaseAuthorization.objects.get(pk=row.pk).status == status
    assert Assignment.objects.get().ended_at is not None
    assert [fault for fault in invariants.broken() if "licenses" in fault] == []


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"reason": "  "}, "reason"),
        ({"counts": (30, 60, 30, 30, 59, 14, 30)}, "changed"),
    ],
)
def test_without_a_reason_or_by_other_terms_nothing_moves(aged, fourteen, ops, asked, code):
    with pytest.raises(ActionRefused) as refused:
        run(fourteen(), ops, **asked)
    assert refused.value.code == code
    assert stored(aged[0]) == (30, 60)
    assert not events().exists()


def test_only_ops_re_date(aged, fourteen, alice, ada):
    terms = fourteen()
    for person in (alice, ada):
        with pytest.raises(ActionRefused) as refused:
            run(terms, person)
        assert refused.value.code == "not_ops"
    assert stored(aged[0]) == (30, 60)


def test_terms_that_are_not_in_force_re_date_nothing(aged, fourteen, ops, program):
    past = program.terms.get()
    coming = fourteen("2026-03-03")
    fourteen("2026-03-02")
    for terms in (coming, past):
        with pytest.raises(ActionRefused) as refused:
            run(terms, ops)
        assert refused.value.code == "not_in_force"
    assert stored(aged[0]) == (30, 60)


def test_terms_begin_with_each_resellers_own_today(
    buy, make_customer, charlie, fourteen, ops, settings
):
    import time_machine

    here = buy("2026-03-01", of=make_customer())
    there = buy("2026-03-01", of=make_customer(managed_by=charlie))
    settings.CONSOLE_TODAY = None
    # 3 March in Tallinn, 2 March in New York.
    with time_machine.travel(dt.datetime(2026, 3, 2, 23, 30, tzinfo=dt.UTC), tick=False):
        assert run(fourteen("2026-03-03"), ops) == Done(1, 1, 0)
    assert (stored(here), stored(there)) == ((14, 44), (30, 60))


def test_it_goes_on_where_time_was_up(aged, fourteen, ops, monkeypatch):
    monkeypatch.setattr(redate, "BATCH", 4)
    terms = fourteen()
    first = run(terms, ops, seconds=0)
    assert (first.authorizations, first.left) == (4, len(AGES) - 4)
    assert events().count() == 4
    assert run(terms, ops) == Done(len(AGES) - 4, len(AGES) - 4, 0)
    assert states(aged) == {age: then for age, (_now, then) in AGES.items()}


def test_more_customers_take_no_more_queries(make_customer, buy, fourteen, ops):
    def taken(customers: int, terms) -> int:
        for _number in range(customers):
            buy("2026-03-01", of=make_customer())
        with counted() as queries:
            run(terms, ops)
        return len(queries)

    first = fourteen()
    few = taken(2, first)
    assert taken(40, first) == few


def test_the_night_and_the_notices_follow_the_new_dates(aged, fourteen, ops, north, vera):
    run(fourteen(), ops)
    assert run_night(north).drift == 0
    about = {email.key.split(":")[1] for email in Email.objects.filter(template="pa_overdue")}
    assert {aged[15].number, aged[30].number} <= about


# --- The database's guard


def straight(row, terms_pk: object, **dates) -> None:
    """Write dates as a script would that knows of the setting."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('console.redates_by_terms', %s, true)", [str(terms_pk)])
        PurchaseAuthorization.objects.filter(pk=row.pk).update(**dates)


def right_dates(row) -> dict[str, dt.date]:
    return {"due_on": row.created_on + D(14), "suspends_on": row.created_on + D(44)}


def test_the_database_takes_only_the_dates_of_the_named_terms(aged, fourteen, program):
    row, terms = aged[0], fourteen()
    elsewhere = personas.make_program("Other", order_due_days=14, suspended_after_days=44)
    for pk, dates in (
        ("", right_dates(row)),
        ("x", right_dates(row)),
        (elsewhere.terms.get().pk, right_dates(row)),
        (program.terms.earliest("effective_on").pk, right_dates(row)),
        (terms.pk, right_dates(row) | {"due_on": row.created_on + D(15)}),
        (terms.pk, right_dates(row) | {"suspends_on": row.created_on + D(45)}),
        (terms.pk, right_dates(row) | {"lapses_on": row.lapses_on + D(1)}),
        (terms.pk, right_dates(row) | {"usable_until_on": row.usable_until_on + D(1)}),
        (terms.pk, right_dates(row) | {"counts_to": row.counts_to + D(1)}),
        (terms.pk, right_dates(row) | {"created_on": row.created_on - D(1)}),
        (terms.pk, right_dates(row) | {"number": "PA-00000000"}),
    ):
        with pytest.raises(IntegrityError, match="keeps the customer, number and dates"):
            straight(row, pk, **dates)
    assert stored(row) == (30, 60)
    straight(row, terms.pk, **right_dates(row))
    assert stored(row) == (14, 44)


def test_the_database_keeps_the_dates_of_what_was_ordered(aged, fourteen, alice, pinned_today):
    row, terms = aged[0], fourteen()
    record_order(
        [row], number="O-1", ordered_on=pinned_today, by=alice, day=day_of(alice, pinned_today)
    )
    with pytest.raises(IntegrityError, match="keeps the customer, number and dates"):
        straight(row, terms.pk, **right_dates(row))


def test_the_leave_ends_with_the_update(aged, fourteen, ops):
    """What follows in the same transaction is guarded again."""
    terms = fourteen()
    with transaction.atomic():
        run(terms, ops)
        with pytest.raises(IntegrityError), transaction.atomic():
            PurchaseAuthorization.objects.filter(pk=aged[0].pk).update(
                due_on=aged[0].created_on + D(30)
            )

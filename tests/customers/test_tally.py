"""The rail's counts agree with the rows, whoever changes them and however."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import Max

from customers import tally
from customers.models import Customer, EarlierCustomer, Invitation, StandingTally
from customers.standing import FACTS, FILTERS
from reseller_console.tenancy.models import Day
from tests import personas
from tests.counting import counted

D = dt.timedelta


@pytest.fixture
def day(north, pinned_today):
    """Today at North."""
    return Day(pinned_today, north.terms_on(pinned_today))


def delete(customers):
    """Delete rows as only an owner's repair would: no page deletes customers."""
    Invitation.objects.filter(customer__in=customers).delete()
    customers._raw_delete("default")


def by_rows(reseller, day, **conditions):
    rows = Customer.objects.filter(reseller=reseller, **conditions)
    return {entry.slug: rows.standing(entry, day).count() for entry in FILTERS}


def test_counts_follow_inserts_updates_and_deletes(north, make_customer, ada, alice, day):
    t = day.today
    first = make_customer(pending_until_on=t, no_products_from_on=None)
    make_customer(past_due_from_on=t - D(5), past_due_until_on=t, no_products_from_on=None)
    make_customer(past_due_from_on=t - D(9), past_due_until_on=t - D(1))
    make_customer(renewal_on=t + D(31), managed_by=ada)
    make_customer(renewal_on=t + D(30))
    assert tally.rail_counts(north.pk, day) == by_rows(north, day)
    Customer.objects.filter(pk=first.pk).update(managed_by=ada, pending_until_on=t - D(1))
    assert tally.rail_counts(north.pk, day) == by_rows(north, day)
    mine = tally.rail_counts(north.pk, day, manager_id=ada.pk)
    assert mine == by_rows(north, day, managed_by=ada)
    EarlierCustomer.objects.filter(customer=first).delete()
    delete(Customer.objects.filter(pk=first.pk))
    assert tally.rail_counts(north.pk, day) == by_rows(north, day)
    assert tally.drift(north.pk, day) == 0


def test_counts_are_right_on_every_later_day_without_a_night(north, make_customer, day):
    t = day.today
    make_customer(pending_until_on=t + D(3), no_products_from_on=t + D(90))
    make_customer(past_due_from_on=t + D(2), past_due_until_on=t + D(6), renewal_on=t + D(40))
    for days in range(120):
        later = Day(t + D(days), day.terms)
        assert tally.rail_counts(north.pk, later) == by_rows(north, later), later.today


def test_compacting_changes_no_count_and_keeps_one_row_a_key(north, make_customer, day):
    for offset in (0, 1, 500, 800):
        make_customer(invited_on=day.today - D(offset), no_products_from_on=day.today - D(offset))
    before = tally.rail_counts(north.pk, day)
    tally.compact(north.pk, today=day.today)
    assert tally.rail_counts(north.pk, day) == before
    assert tally.drift(north.pk, day) == 0
    delete(Customer.objects.filter(invited_on=day.today - D(800)))
    assert tally.rail_counts(north.pk, day) == by_rows(north, day)


def test_compacting_again_writes_nothing(north, make_customer, day):
    for offset in (0, 0, 700, 800):
        make_customer(invited_on=day.today - D(offset))
    tally.compact(north.pk, today=day.today)
    rows = sorted(StandingTally.objects.values_list("pk", flat=True))
    tally.compact(north.pk, today=day.today)
    assert sorted(StandingTally.objects.values_list("pk", flat=True)) == rows
    # Tomorrow only what became long past is summed up once more.
    make_customer(invited_on=day.today - D(tally.KEPT_DAYS))
    before = tally.rail_counts(north.pk, day)
    tally.compact(north.pk, today=day.today + D(1))
    assert not StandingTally.objects.filter(day=day.today - D(tally.KEPT_DAYS)).exists()
    assert tally.rail_counts(north.pk, day) == before
    assert tally.drift(north.pk, Day(day.today + D(1), day.terms)) == 0


def test_drift_is_found_and_repaired(north, make_customer, day):
    make_customer()
    StandingTally.objects.filter(fact="invited_on").update(number=7)
    assert tally.drift(north.pk, day) > 0
    tally.rebuild(north.pk)
    assert tally.drift(north.pk, day) == 0
    assert tally.rail_counts(north.pk, day) == by_rows(north, day)


# A day of its own for each fact, so that none can stand for another.
EVERY_FACT = {fact: dt.date(2026, 5, 1) + D(days) for days, fact in enumerate(FACTS)}


def test_the_triggers_count_every_fact_that_the_repair_counts(north, make_customer, ada, day):
    """The text of the triggers is frozen in a migration: it must say what `drift` says."""
    first = make_customer(**EVERY_FACT)
    second = make_customer(**EVERY_FACT)
    counted = StandingTally.objects.filter(reseller_id=north.pk, manager_id=0)
    assert dict(counted.values_list("fact").annotate(Max("day"))) == EVERY_FACT
    # Backwards, so that a span of past due never ends before it begins.
    for fact in reversed(FACTS):
        Customer.objects.filter(pk=first.pk).update(**{fact: EVERY_FACT[fact] + D(30)})
        assert tally.drift(north.pk, day) == 0, fact
    Customer.objects.filter(pk=first.pk).update(managed_by=ada)
    assert tally.drift(north.pk, day) == 0
    delete(Customer.objects.filter(pk=second.pk))
    assert tally.drift(north.pk, day) == 0


def test_a_fact_that_the_triggers_do_not_count_is_drift(north, make_customer, day, monkeypatch):
    """The twin: a list of facts that has moved away from the triggers is noticed."""
    monkeypatch.setattr(
        tally, "_FACTS", tally._FACTS.replace("row.renewal_on", "row.anniversary_on")
    )
    make_customer(**EVERY_FACT)
    assert tally.drift(north.pk, day) > 0


def test_another_resellers_customers_are_not_counted(north, make_customer, charlie, day):
    make_customer(managed_by=charlie)
    assert set(tally.rail_counts(north.pk, day).values()) == {0}


def test_several_resellers_are_counted_by_one_query_each_for_itself(
    north, south, make_customer, charlie, day
):
    make_customer(renewal_on=day.today)
    make_customer(managed_by=charlie, pending_until_on=day.today)
    empty = personas.make_reseller("East", program=north.program)
    every = [north, south, empty]
    with counted() as queries:
        counts = tally.rails([reseller.pk for reseller in every], day)
    assert len(queries) == 1
    assert counts == {reseller.pk: by_rows(reseller, day) for reseller in every}
    assert counts[north.pk] != counts[south.pk]

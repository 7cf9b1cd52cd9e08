"""An order is recorded at the moment its PA is re-dated."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.db.models import QuerySet

from authorizations.actions import order as ordering
from authorizations.actions.order import record_order
from authorizations.actions.redate import redate_authorizations
from authorizations.models import OrderLine
from tests.personas import day_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meet(customer, buy, fourteen, ops, alice, pinned_today, monkeypatch):
    """Return a function that re-dates a PA while its order is recorded.

    The order has been read and not written yet when the other one begins; then it waits for
    it, unless that one waits for the customer.
    """

    def met() -> OrderLine:
        row, terms = buy("2026-03-01"), fourteen(renewal_closes_days=20)
        has_read, has_dated = threading.Event(), threading.Event()
        insert = ordering.insert_orders

        def insert_later(*args, **options):
            has_read.set()
            has_dated.wait(1)
            return insert(*args, **options)

        def re_date() -> None:
            try:
                has_read.wait(10)
                redate_authorizations(terms, counts=terms.counts, reason="New", by=ops)
            finally:
                has_dated.set()
                connection.close()

        monkeypatch.setattr(ordering, "insert_orders", insert_later)
        other = threading.Thread(target=re_date)
        other.start()
        day = day_of(alice, pinned_today)
        record_order([row], number="O-1", ordered_on=pinned_today, by=alice, day=day)
        other.join(20)
        return OrderLine.objects.select_related("authorization").get()

    return met


def test_a_pa_whose_order_is_being_recorded_keeps_its_dates(meet):
    line = meet()
    assert line.authorization.order_id is not None
    assert (line.authorization.due_on - line.authorization.created_on).days == 30
    assert line.usable_until_on == line.authorization.usable_until_on


def test_without_the_lock_its_paid_licenses_end_on_another_day_than_the_pa(meet, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self)
    line = meet()
    assert line.authorization.order_id is not None
    assert line.usable_until_on != line.authorization.usable_until_on

"""Orders that are placed directly, and what their date decides."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.actions.correct_order import correct_order
from authorizations.models import OrderLine
from customers.models import Customer, CustomerEvent
from notifications.models import Email
from tests.authorizations.purchases.facts import filters_on, licenses, refused, shown_anniversary
from tests.counting import counted
from tests.each import each
from tests.personas import day_of

pytestmark = pytest.mark.django_db


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_a_product_without_pa_arrives_by_an_order_and_sets_the_anniversary_date(year):
    order = year.order_directly("2025-01-31", acro=7)
    line = OrderLine.objects.get(order=order)
    assert (line.starts_on, line.counts_to, line.usable_until_on) == (
        d("2025-01-31"),
        d("2026-01-31"),
        d("2026-03-02"),
    )
    year.customer.refresh_from_db()
    assert (year.customer.anniversary_on, year.customer.anniversary_day) == (d("2026-01-31"), 31)
    assert licenses(year.customer, d("2025-02-01")) == {"Test Acrobat": (7, 0, 0, 7)}
    assert filters_on(year.customer, d("2025-02-01")) == []
    assert Email.objects.get(template="licenses_ordered").context["lines"] == [
        {"quantity": 7, "product": "Test Acrobat"}
    ]
    told = CustomerEvent.objects.filter(customer=year.customer, kind="licenses_ordered")
    assert told.get().details == {"order": order.number, "products": "7 × Test Acrobat"}


@each(
    ("recorded", "dated", "counts_to"),
    [
        # The first purchase, of 31 January 2025, set 31 January 2026.
        ("2025-06-01", "2025-06-01", "2026-01-31"),
        ("2026-01-30", "2026-01-30", "2026-01-31"),
        ("2026-01-31", "2026-01-31", "2027-01-31"),
        ("2026-02-15", "2026-02-15", "2027-01-31"),
        # Typed after the date has moved on, dated before: it counts to the former term.
        ("2026-03-10", "2026-01-30", "2026-01-31"),
        ("2026-03-10", "2026-01-31", "2027-01-31"),
        ("2027-04-01", "2026-01-30", "2026-01-31"),
    ],
)
def test_the_date_of_a_direct_order_decides_its_term(year, recorded, dated, counts_to):
    if not Customer.objects.get().anniversary_on:
        year.order_directly("2025-01-31", acro=1)
    order = year.order_directly(recorded, dated=dated, photo=2)
    assert OrderLine.objects.get(order=order).counts_to == d(counts_to)


def test_what_is_recorded_after_the_last_day_gives_no_licenses(year):
    year.order_directly("2025-01-31", acro=1)
    year.order_directly("2026-03-10", dated="2026-01-30", photo=2)
    assert licenses(year.customer, d("2026-03-10")) == {}
    assert filters_on(year.customer, d("2026-03-10")) == ["no-products"]


def test_an_order_of_a_customer_from_elsewhere_is_of_no_use_for_too_long(make_customer, year):
    """Its anniversary date is known from an import; before the invitation, terms count back."""
    imported = make_customer(
        invited_on=d("2026-01-10"),
        anniversary_on=d("2026-09-01"),
        custom_anniversary_on=d("2026-09-01"),
    )
    year.customer = imported
    for dated, counts_to in (
        ("2026-01-10", "2026-09-01"),
        ("2026-01-09", "2026-09-01"),
        ("2025-09-01", "2026-09-01"),
        ("2025-08-31", "2025-09-01"),
        ("2024-03-01", "2024-09-01"),
    ):
        order = year.order_directly("2026-03-02", dated=dated, photo=1)
        assert OrderLine.objects.get(order=order).counts_to == d(counts_to), dated


def test_direct_orders_are_recorded_while_past_due_and_for_withdrawn_customers(year):
    year.authorize("2025-01-31", photo=5)
    year.order_directly("2025-03-20", acro=2)
    assert filters_on(year.customer, d("2025-03-20")) == ["past-due"]
    Customer.objects.filter(pk=year.customer.pk).update(withdrawn_at="2025-04-01T00:00Z")
    year.order_directly("2025-04-02", acro=2)
    assert filters_on(year.customer, d("2025-04-02")) == []
    # The first one was told; nobody is once the invitation is withdrawn.
    assert Email.objects.filter(template="licenses_ordered").count() == 1


@each(
    ("code", "on", "dated", "quantities"),
    [
        ("order_date", "2025-02-01", "2025-02-02", {"acro": 1}),
        ("no_lines", "2025-02-01", "2025-02-01", {}),
        ("too_many", "2025-02-01", "2025-02-01", {"photo": 10_001}),
    ],
)
def test_what_no_direct_order_can_be(year, code, on, dated, quantities):
    refused(code, year.order_directly, on, dated=dated, **quantities)
    assert not OrderLine.objects.exists()


def test_a_corrected_date_moves_a_direct_order_to_its_term_and_the_first_sets_the_date_anew(year):
    order = year.order_directly("2026-02-20", dated="2025-02-20", acro=3)
    year.customer.refresh_from_db()
    assert year.customer.first_anniversary_on == d("2026-02-20")
    day = day_of(year.customer, d("2026-02-20"))
    correct_order(order, number=order.number, ordered_on=d("2026-02-20"), by=year.by, day=day)
    line = OrderLine.objects.get(order=order)
    assert (line.starts_on, line.counts_to) == (d("2026-02-20"), d("2027-02-20"))
    assert shown_anniversary(year.customer, d("2026-02-20")) == d("2027-02-20")
    later = year.order_directly("2026-02-20", acro=1)
    correct_order(order, number=order.number, ordered_on=d("2026-02-19"), by=year.by, day=day)
    # Another purchase has a part in the date by now.
    assert shown_anniversary(year.customer, d("2026-02-20")) == d("2027-02-20")
    assert later.number != order.number


def test_an_order_for_many_customers_sends_as_many_statements_as_for_three(
    make_customer, alice, buy, pinned_today
):
    from authorizations.actions.order import record_order

    def statements(number: int) -> int:
        rows = [buy(of=make_customer()) for _ in range(number)]
        day = day_of(rows[0], pinned_today)
        with counted() as queries:
            record_order(rows, number=f"M-{number}", ordered_on=day.today, by=alice, day=day)
        return len(queries)

    assert statements(3) == statements(30)

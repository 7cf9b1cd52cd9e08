"""Recording and correcting orders."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.actions.correct_order import correct_order
from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order, record_orders
from authorizations.actions.placing import Direct, Placed
from authorizations.models import PurchaseAuthorization
from customers.models import Customer
from notifications.models import Email
from reseller_console.lib.lists import matching
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.text import comparison_key
from tests.authorizations.purchases.facts import D, filters_on, licenses, refused
from tests.counting import counted
from tests.each import each
from tests.personas import day_of


def test_an_order_after_the_end_clears_the_block_and_gives_no_licenses(
    customer, alice, buy, set_today
):
    late = buy("2025-01-31")
    today = set_today("2026-03-10")
    assert PurchaseAuthorization.objects.get(pk=late.pk).status == "lapsed"
    record_order(
        [late], number="A1", ordered_on=dt.date(2026, 3, 10), by=alice, day=day_of([late], today)
    )
    assert PurchaseAuthorization.objects.get(pk=late.pk).status == "ordered"
    assert filters_on(customer, today) == ["no-products"]
    assert licenses(customer, today) == {}


def test_one_order_covers_several_purchases_and_customers(
    customer, make_customer, alice, photoshop, pinned_today
):
    other = make_customer()
    rows = [
        create_authorization(
            row, lines=[(photoshop, 2)], po_number="", by=alice, day=day_of(row, pinned_today)
        )
        for row in (customer, other)
    ]
    order = record_order(
        rows, number="A1", ordered_on=pinned_today, by=alice, day=day_of(rows, pinned_today)
    )
    assert order.lines.count() == 2
    assert set(order.authorizations.values_list("status", flat=True)) == {"ordered"}
    assert Email.objects.filter(template="pa_ordered").count() == 2


def test_customers_are_found_by_every_number_their_order_has_had(
    customer, make_customer, alice, photoshop, pinned_today
):
    buyers = [customer, make_customer()]
    make_customer()
    day = day_of(customer, pinned_today)
    rows = [
        create_authorization(row, lines=[(photoshop, 2)], po_number="", by=alice, day=day)
        for row in buyers
    ]
    order = record_order(rows, number="77-FIRST", ordered_on=pinned_today, by=alice, day=day)
    correct_order(order, number="78-SECOND", ordered_on=pinned_today, by=alice, day=day)
    for number in ("77-first", "78-SECOND"):
        assert set(Customer.objects.filter(matching(number))) == set(buyers)


@pytest.mark.parametrize(
    ("date", "code"), [("2026-03-01", "order_date"), ("2026-03-03", "order_date")]
)
def test_an_order_is_dated_from_the_purchase_to_today(buy, alice, pinned_today, date, code):
    authorization = buy("2026-03-02")
    refused(
        code,
        record_order,
        [authorization],
        number="A1",
        ordered_on=dt.date.fromisoformat(date),
        by=alice,
        day=day_of([authorization], pinned_today),
    )


def test_on_the_day_of_the_purchase_the_order_is_dated_today_and_nothing_else(
    buy, alice, pinned_today
):
    rows = [buy("2026-03-02")]
    with pytest.raises(ActionRefused) as refused_with:
        record_order(
            rows,
            number="A1",
            ordered_on=pinned_today - D(1),
            by=alice,
            day=day_of(rows, pinned_today),
        )
    assert str(refused_with.value) == (
        "The PA was created today, so the order date can only be today, 2 March 2026."
    )


def test_an_order_number_is_unique_in_the_reseller(buy, alice, pinned_today):
    first, second = buy("2026-03-02"), buy("2026-03-02")
    order = {"ordered_on": pinned_today, "by": alice, "day": day_of(alice, pinned_today)}
    record_order([first], number="a 1", **order)
    refused("number_taken", record_order, [second], number="A  1", **order)
    refused("ordered_already", record_order, [first], number="A2", **order)


@each("number", ["a 1", "A  1", "\u200ba 1", "A\u00a01"])
def test_a_corrected_number_is_as_unique_as_a_new_one(buy, alice, pinned_today, number):
    rows = [buy("2026-03-02") for _ in range(3)]
    order = {"ordered_on": pinned_today, "by": alice, "day": day_of(alice, pinned_today)}
    first, second = (
        record_order([row], number=of, **order)
        for row, of in zip(rows, ("X 9", "B 2"), strict=False)
    )
    first = correct_order(first, number="A 1", **order)
    assert first.number_key == comparison_key("a  1")
    refused("number_taken", correct_order, second, number=number, **order)
    refused("number_taken", record_order, [rows[2]], number=number, **order)
    # The number it had is free again.
    record_order([rows[2]], number="x 9", **order)


def test_a_manager_corrects_an_order_only_on_the_day_it_was_recorded(
    buy, alice, ops, pinned_today, set_today
):
    authorization = buy("2026-03-02")
    order = record_order(
        [authorization],
        number="A1",
        ordered_on=pinned_today,
        by=alice,
        day=day_of([authorization], pinned_today),
    )
    change = {"number": "A2", "ordered_on": pinned_today}
    assert correct_order(order, by=alice, day=day_of(order, pinned_today), **change).number == "A2"
    tomorrow = set_today(pinned_today + D(1))
    refused("too_late", correct_order, order, by=alice, day=day_of(order, tomorrow), **change)
    assert correct_order(order, by=ops, day=day_of(order, tomorrow), **change).number == "A2"


def test_many_orders_are_recorded_with_the_statements_of_one_and_all_or_none(
    customer, make_customer, alice, photoshop, acrobat, pinned_today
):
    buyers = [customer, *(make_customer() for _ in range(5))]
    day, terms = day_of(customer, pinned_today), {"po_number": "", "by": alice}
    rows = [
        create_authorization(buyer, lines=[(photoshop, 5)], day=day, **terms) for buyer in buyers
    ]

    def placed(start: int, end: int) -> list[Placed]:
        return [
            Placed(
                f"N{at}",
                pinned_today,
                [rows[at]],
                [Direct(buyers[at], [(acrobat, 3)])] if at else [],
            )
            for at in range(start, end)
        ]

    with counted() as one:
        record_orders(placed(1, 2), by=alice, day=day)
    with counted(len(one)):
        made = record_orders(placed(2, 6), by=alice, day=day)
    assert [order.number for order in made] == ["N2", "N3", "N4", "N5"]
    for at, order in zip(range(2, 6), made, strict=True):
        row = PurchaseAuthorization.objects.get(pk=rows[at].pk)
        assert (row.order, row.status) == (order, "ordered")
        assert sorted(order.lines.values_list("quantity", flat=True)) == [3, 5]
        assert order.number in Customer.objects.get(pk=buyers[at].pk).search_papers.upper()
    assert Email.objects.filter(template="pa_ordered").count() == 5

    again = [Placed("NEW", pinned_today, [rows[0]]), *placed(3, 4)]
    refused("ordered_already", record_orders, again, by=alice, day=day)
    taken = [Placed("n4", pinned_today, [rows[0]])]
    refused("number_taken", record_orders, taken, by=alice, day=day)
    assert PurchaseAuthorization.objects.get(pk=rows[0].pk).order is None

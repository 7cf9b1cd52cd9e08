"""What purchases and orders do to the anniversary date and to what is left to renew."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order
from authorizations.models import OrderLine, PurchaseAuthorization
from tests.authorizations.purchases.facts import D, filters_on, licenses, shown_anniversary
from tests.personas import day_of


def _renew(order, authorization, *, quantity, today):
    """Store what a renewal order of `quantity` licenses means, as facts."""
    from authorizations.models import Order
    from authorizations.rules import rollup

    reseller = order.reseller
    renewal = Order.objects.create(
        reseller=reseller,
        number=f"R{quantity}",
        number_key=f"r{quantity}",
        ordered_on=today,
        return_until_on=today + D(14),
        recorded_on=today,
    )
    old = authorization.counts_to
    new = old.replace(year=old.year + 1)
    OrderLine.objects.create(
        reseller=reseller,
        order=renewal,
        customer=authorization.customer,
        product=authorization.lines.get().product,
        quantity=quantity,
        starts_on=old,
        counts_to=new,
        usable_until_on=new + D(30),
        renews_on=old,
    )
    day = reseller.day(today)
    rollup.refresh(reseller, day=day, customer_ids=[authorization.customer_id])


def test_the_first_purchase_sets_the_anniversary_date(customer, buy):
    authorization = buy("2025-01-31")
    customer.refresh_from_db()
    assert customer.anniversary_on == dt.date(2026, 1, 31)
    assert customer.anniversary_day == 31
    assert authorization.months == 12


def test_cancelling_the_only_purchase_of_the_first_term_clears_the_anniversary_date(
    customer, alice, buy, set_today
):
    first, second = buy("2025-01-31"), buy("2025-02-10")
    today = set_today("2025-02-11")
    cancel_authorization(first, by=alice, day=day_of(first, today))
    customer.refresh_from_db()
    assert customer.anniversary_on == dt.date(2026, 1, 31)
    cancel_authorization(second, by=alice, day=day_of(second, today))
    customer.refresh_from_db()
    assert customer.anniversary_on is None
    assert filters_on(customer, today) == ["no-products"]
    assert buy("2025-02-12").counts_to == dt.date(2026, 2, 12)


def test_a_custom_anniversary_date_is_never_cleared(make_customer, alice, photoshop, set_today):
    today = set_today("2025-01-31")
    custom = dt.date(2026, 10, 15)
    customer = make_customer(custom_anniversary_on=custom, anniversary_on=custom)
    authorization = create_authorization(
        customer, lines=[(photoshop, 1)], po_number="", by=alice, day=day_of(customer, today)
    )
    assert authorization.counts_to == custom
    cancel_authorization(authorization, by=alice, day=day_of(authorization, today))
    customer.refresh_from_db()
    assert customer.anniversary_on == custom


def test_after_the_first_roll_the_anniversary_date_is_never_cleared(
    customer, alice, buy, set_today
):
    buy("2025-01-31")
    authorization = buy("2026-03-03")
    customer.refresh_from_db()
    assert customer.anniversary_on == dt.date(2027, 1, 31)
    assert authorization.counts_to == dt.date(2027, 1, 31)
    cancel_authorization(
        authorization, by=alice, day=day_of(authorization, set_today("2026-03-04"))
    )
    customer.refresh_from_db()
    assert customer.anniversary_on == dt.date(2027, 1, 31)


def test_on_the_anniversary_date_the_old_one_is_shown_and_the_purchase_is_for_the_next_term(
    customer, alice, buy, set_today
):
    first = buy("2025-01-31")
    today = set_today("2025-02-01")
    record_order([first], number="A1", ordered_on=today, by=alice, day=day_of([first], today))
    assert buy("2026-01-31").counts_to == dt.date(2027, 1, 31)
    assert shown_anniversary(customer, dt.date(2026, 1, 31)) == dt.date(2026, 1, 31)
    assert shown_anniversary(customer, dt.date(2026, 3, 2)) == dt.date(2026, 1, 31)
    assert shown_anniversary(customer, dt.date(2026, 3, 3)) == dt.date(2027, 1, 31)


@pytest.mark.parametrize(
    ("ordered", "ready_until"), [("2026-01-26", "2026-03-02"), ("2026-02-05", "2026-03-02")]
)
def test_a_purchase_ordered_around_the_anniversary_joins_the_renewal(
    customer, alice, buy, set_today, ordered, ready_until
):
    buy("2025-01-31")
    cancel_authorization(
        PurchaseAuthorization.objects.get(),
        by=alice,
        day=day_of(customer, set_today("2025-02-01")),
    )
    buy("2025-01-31")
    first = PurchaseAuthorization.objects.unresolved().get()
    record_order(
        [first],
        number="A0",
        ordered_on=dt.date(2025, 2, 1),
        by=alice,
        day=day_of([first], set_today("2025-02-01")),
    )
    second = buy("2026-01-21", quantity=3)
    today = set_today(ordered)
    record_order([second], number="A1", ordered_on=today, by=alice, day=day_of([second], today))
    last = dt.date.fromisoformat(ready_until)
    assert licenses(customer, last)["Test Photoshop"] == (8, 0, 0, 8)
    assert filters_on(customer, last) == ["ready"]
    assert filters_on(customer, last + D(1)) == ["no-products"]


def test_everything_renewed_leaves_the_list_and_moves_the_date_on_the_anniversary(
    customer, alice, buy, set_today
):
    first = buy("2025-01-31")
    today = set_today("2025-02-01")
    order = record_order(
        [first], number="A1", ordered_on=today, by=alice, day=day_of([first], today)
    )
    today = set_today("2026-01-11")
    _renew(order, first, quantity=5, today=today)
    assert filters_on(customer, today) == []
    assert licenses(customer, today)["Test Photoshop"] == (5, 0, 0, 0)
    assert shown_anniversary(customer, dt.date(2026, 1, 30)) == dt.date(2026, 1, 31)
    assert shown_anniversary(customer, dt.date(2026, 1, 31)) == dt.date(2027, 1, 31)
    # The term that has begun ends with all of them to renew.
    assert licenses(customer, dt.date(2026, 2, 10))["Test Photoshop"] == (5, 0, 0, 5)
    # A purchase ordered afterwards for the old term is something to renew again.
    second = buy("2026-01-21", quantity=2)
    record_order(
        [second],
        number="A2",
        ordered_on=dt.date(2026, 1, 21),
        by=alice,
        day=day_of([second], today + D(10)),
    )
    assert filters_on(customer, dt.date(2026, 1, 21)) == ["ready"]


def test_a_partial_renewal_leaves_the_rest_until_the_window_closes(customer, alice, buy, set_today):
    first = buy("2025-01-31")
    today = set_today("2025-02-01")
    order = record_order(
        [first], number="A1", ordered_on=today, by=alice, day=day_of([first], today)
    )
    today = set_today("2026-01-11")
    _renew(order, first, quantity=3, today=today)
    assert filters_on(customer, today) == ["ready"]
    assert licenses(customer, dt.date(2026, 3, 2))["Test Photoshop"] == (5, 0, 0, 2)
    assert shown_anniversary(customer, dt.date(2026, 3, 2)) == dt.date(2026, 1, 31)
    assert licenses(customer, dt.date(2026, 3, 3))["Test Photoshop"] == (3, 0, 0, 3)
    assert shown_anniversary(customer, dt.date(2026, 3, 3)) == dt.date(2027, 1, 31)

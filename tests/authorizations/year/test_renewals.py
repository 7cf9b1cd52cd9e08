"""Renewals: in part, in full, more, less, other products, early and late, and completed."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.models import DroppedRenewal, OrderLine
from customers.models import Customer, CustomerEvent
from notifications.models import Email
from tests.authorizations.purchases.facts import filters_on, licenses, refused, shown_anniversary
from tests.each import each

pytestmark = pytest.mark.django_db

PHOTO, ACRO = "Test Photoshop", "Test Acrobat"


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.fixture
def owner(year):
    """The year of a customer who owns 10 licenses until 31 January 2026."""
    year.order_directly("2025-01-31", photo=10)
    return year


def moves(owner) -> list[tuple[str, str]]:
    kinds = ("anniversary_moved", "anniversary_moved_back")
    rows = CustomerEvent.objects.filter(customer=owner.customer, kind__in=kinds)
    return [(row.kind, row.details["date"]) for row in rows.order_by("at", "pk")]


@each(
    ("dated", "code"),
    [
        ("2025-12-31", "renewal_window"),
        ("2026-01-01", ""),
        ("2026-03-02", ""),
        ("2026-03-03", "renewal_window"),
    ],
)
def test_renewal_orders_are_dated_in_the_window(owner, dated, code):
    if code:
        refused(code, owner.renew, "2026-04-01", dated=dated, photo=10)
    else:
        owner.renew("2026-04-01", dated=dated, photo=10)


def test_a_full_renewal_before_the_date_moves_it_on_the_day(owner):
    order = owner.renew("2026-01-11", photo=10)
    line = OrderLine.objects.get(order=order)
    assert (line.starts_on, line.renews_on, line.counts_to) == (
        d("2026-01-31"),
        d("2026-01-31"),
        d("2027-01-31"),
    )
    assert filters_on(owner.customer, d("2026-01-11")) == []
    assert shown_anniversary(owner.customer, d("2026-01-30")) == d("2026-01-31")
    assert shown_anniversary(owner.customer, d("2026-01-31")) == d("2027-01-31")
    assert licenses(owner.customer, d("2026-01-30"))[PHOTO] == (10, 0, 0, 0)
    assert licenses(owner.customer, d("2026-01-31"))[PHOTO] == (10, 0, 0, 10)
    email = Email.objects.get(template="licenses_renewed")
    assert email.context["counts_to"] == "2027-01-31"


def test_when_the_last_part_is_renewed_after_the_date_it_moves_that_day(owner):
    owner.renew("2026-01-11", photo=4)
    assert filters_on(owner.customer, d("2026-02-04")) == ["ready"]
    assert licenses(owner.customer, d("2026-02-04"))[PHOTO] == (10, 0, 0, 6)
    owner.renew("2026-02-05", photo=6)
    assert shown_anniversary(owner.customer, d("2026-02-05")) == d("2027-01-31")
    assert moves(owner) == [("anniversary_moved", "2027-01-31")]


def test_a_partial_renewal_keeps_the_old_date_to_the_end_and_the_rest_is_removed(owner):
    owner.renew("2026-01-11", photo=4)
    assert shown_anniversary(owner.customer, d("2026-03-02")) == d("2026-01-31")
    assert licenses(owner.customer, d("2026-03-02"))[PHOTO] == (10, 0, 0, 6)
    assert shown_anniversary(owner.customer, d("2026-03-03")) == d("2027-01-31")
    assert licenses(owner.customer, d("2026-03-03"))[PHOTO] == (4, 0, 0, 4)


def test_more_and_other_products_start_on_the_date(owner):
    owner.renew("2026-01-11", photo=15, acro=3)
    assert licenses(owner.customer, d("2026-01-30")) == {PHOTO: (10, 0, 0, 0)}
    assert licenses(owner.customer, d("2026-01-31")) == {
        PHOTO: (15, 0, 0, 15),
        ACRO: (3, 0, 0, 3),
    }


def test_completing_drops_what_is_left_that_day_and_nothing_later(owner):
    order = owner.renew("2026-01-11", completes=True, photo=4)
    dropped = DroppedRenewal.objects.get()
    assert (dropped.order, dropped.quantity, dropped.anniversary_on) == (order, 6, d("2026-01-31"))
    assert filters_on(owner.customer, d("2026-01-11")) == []
    assert shown_anniversary(owner.customer, d("2026-01-31")) == d("2027-01-31")
    # What was dropped is of use until the window closes.
    assert licenses(owner.customer, d("2026-03-02"))[PHOTO] == (10, 0, 0, 4)
    assert licenses(owner.customer, d("2026-03-03"))[PHOTO] == (4, 0, 0, 4)
    told = CustomerEvent.objects.get(kind="renewal_completed").details
    assert told == {"order": order.number, "products": f"6 × {PHOTO}"}


def test_what_is_ordered_after_the_tick_is_to_renew_again(owner):
    owner.renew("2026-01-11", completes=True, photo=4)
    pa = owner.authorize("2026-01-12", photo=3)
    owner.order("2026-01-20", pa)
    assert licenses(owner.customer, d("2026-01-20"))[PHOTO] == (13, 0, 0, 3)
    assert filters_on(owner.customer, d("2026-01-20")) == ["ready"]


def test_a_tick_on_more_than_was_owned_drops_nothing_so_that_returns_are_renewable(year):
    """3 owned, 10 renewed with the tick, 9 of them returned: 2 are to renew."""
    year.order_directly("2025-01-31", photo=3)
    order = year.renew("2026-01-20", completes=True, photo=10)
    assert not DroppedRenewal.objects.exists()
    year.give_back("2026-01-25", order, photo=9)
    assert licenses(year.customer, d("2026-01-25"))[PHOTO] == (3, 0, 0, 2)


def test_a_completing_order_that_is_returned_makes_what_it_dropped_renewable_again(owner):
    order = owner.renew("2026-01-25", completes=True, photo=4)
    owner.give_back("2026-01-26", order, photo=1)
    assert licenses(owner.customer, d("2026-01-26"))[PHOTO] == (10, 0, 0, 1)
    owner.give_back("2026-01-27", order, photo=3)
    assert licenses(owner.customer, d("2026-01-27"))[PHOTO] == (10, 0, 0, 10)


def test_a_renewal_returned_by_the_end_of_the_window_takes_the_date_back(owner):
    order = owner.renew("2026-01-25", photo=10)
    owner.authorize("2026-02-01", photo=1)
    assert moves(owner) == [("anniversary_moved", "2027-01-31")]
    owner.give_back("2026-02-05", order)
    assert shown_anniversary(owner.customer, d("2026-02-05")) == d("2026-01-31")
    assert filters_on(owner.customer, d("2026-02-05")) == ["pending", "ready"]
    assert moves(owner)[1:] == [("anniversary_moved_back", "2026-01-31")]


def test_a_renewal_returned_later_takes_licenses_and_leaves_the_date(owner):
    order = owner.renew("2026-02-25", photo=10)
    owner.give_back("2026-03-07", order)
    assert licenses(owner.customer, d("2026-03-07")) == {}
    assert shown_anniversary(owner.customer, d("2026-03-07")) == d("2027-01-31")
    assert filters_on(owner.customer, d("2026-03-07")) == ["no-products"]


def test_an_older_pa_that_is_ordered_after_an_early_move_takes_the_date_back(owner):
    pa = owner.authorize("2026-01-20", photo=2)
    owner.renew("2026-01-25", photo=10)
    assert shown_anniversary(owner.customer, d("2026-02-03")) == d("2027-01-31")
    owner.order("2026-02-04", pa)
    assert shown_anniversary(owner.customer, d("2026-02-04")) == d("2026-01-31")
    assert filters_on(owner.customer, d("2026-02-04")) == ["ready"]
    owner.renew("2026-02-10", photo=2)
    assert shown_anniversary(owner.customer, d("2026-02-10")) == d("2027-01-31")
    assert [date for _kind, date in moves(owner)] == ["2027-01-31", "2026-01-31", "2027-01-31"]


def test_other_products_renewed_early_are_no_products_before_they_start(year):
    """Nothing today, but something from the anniversary date on."""
    first = year.order_directly("2026-01-10", dated="2025-01-31", photo=1)
    bought = year.order_directly("2026-01-20", photo=5)
    year.renew("2026-01-21", acro=3)
    year.give_back("2026-01-30", bought)
    assert first.return_until_on == d("2025-02-14")
    OrderLine.objects.filter(order=first).delete()
    year.authorize("2026-01-30", photo=1)
    year.cancel("2026-01-30", year.customer.authorizations.get())
    assert filters_on(year.customer, d("2026-01-30")) == ["no-products"]
    assert filters_on(year.customer, d("2026-01-31")) == []
    assert filters_on(year.customer, d("2027-03-02")) == ["ready"]
    assert filters_on(year.customer, d("2027-03-03")) == ["no-products"]


def test_without_anything_owned_a_direct_order_is_asked_for(year):
    pa = year.authorize("2025-01-31", photo=5)
    refused("nothing_to_renew", year.renew, "2026-01-20", photo=5)
    year.order("2026-01-21", pa)
    year.renew("2026-01-22", photo=5)


def test_nobody_is_in_a_renewal_filter_while_withdrawn(owner):
    Customer.objects.filter(pk=owner.customer.pk).update(withdrawn_at="2026-01-02T00:00Z")
    owner.renew("2026-01-11", photo=4)
    assert filters_on(owner.customer, d("2026-01-11")) == []


def test_a_second_anniversary_date_that_passes_without_any_night_is_right(owner):
    owner.renew("2026-01-11", photo=4)
    for on, expected, filters in (
        ("2026-11-02", "2027-01-31", []),
        ("2026-11-03", "2027-01-31", ["upcoming"]),
        ("2027-01-01", "2027-01-31", ["ready"]),
        ("2027-03-02", "2027-01-31", ["ready"]),
        ("2027-03-03", "2028-01-31", ["no-products"]),
        ("2028-03-02", "2029-01-31", ["no-products"]),
    ):
        found = shown_anniversary(owner.customer, d(on)), filters_on(owner.customer, d(on))
        assert found == (d(expected) if on != "2028-03-02" else d("2029-01-31"), filters), on

"""The discount level: by what was ordered before the renewal window, or by one large order."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.rules.discount import discounts_of, level_of
from customers.models import Customer
from tests import personas
from tests.counting import counted
from tests.each import each

pytestmark = pytest.mark.django_db


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def discount(year, on: str):
    day = year.customer.reseller.day(d(on))
    rows = Customer.objects.filter(pk=year.customer.pk).shown_on(day)
    return discounts_of(list(rows), day).get(year.customer.pk)


@each(
    ("number", "level"),
    [(0, 0), (1, 1), (9, 1), (10, 2), (49, 2), (50, 3), (99, 3), (100, 4), (200_000, 4)],
)
def test_levels_begin_at_1_10_50_and_100_licenses(number, level):
    assert level_of(number) == level


def test_in_the_first_term_the_largest_single_order_decides(year):
    assert discount(year, "2025-01-02") is None
    year.order_directly("2025-01-31", photo=6)
    year.order_directly("2025-02-05", photo=8)
    assert discount(year, "2025-02-05").level == 1
    year.order_directly("2025-03-01", photo=7, acro=5)
    found = discount(year, "2025-03-01")
    assert (found.level, found.ordered, found.next_level) == (2, 26, 3)
    # 31 January 2026 less 31 days; 50 less 26.
    assert (found.counted_on, found.more, found.single_order) == (d("2025-12-31"), 24, 50)


def test_the_next_term_has_the_level_of_what_was_ordered_31_days_before(year):
    year.order_directly("2025-01-31", photo=6)
    year.order_directly("2025-12-31", photo=6)
    year.order_directly("2026-01-01", photo=90)
    assert discount(year, "2025-12-31").ordered == 12
    assert (discount(year, "2025-12-31").coming, discount(year, "2025-12-31").more) == (2, 38)
    # One order of 90 is level 3 in the first term; 12 by the day are level 2 in the next.
    assert discount(year, "2026-03-02").level == 3
    assert discount(year, "2026-03-02").more is None
    assert discount(year, "2026-03-03").level == 2


def test_a_renewal_order_is_an_order_of_the_term_it_begins(year):
    year.order_directly("2025-01-31", photo=6)
    year.renew("2026-01-20", photo=120)
    assert discount(year, "2026-01-30").level == 1
    found = discount(year, "2026-01-31")
    assert (found.level, found.next_level, found.more, found.single_order) == (4, None, None, None)


def test_what_was_returned_or_does_not_count_is_left_out(year):
    order = year.order_directly("2025-01-31", photo=12)
    year.products["acro"].counts_toward_discount = False
    year.products["acro"].save()
    year.order_directly("2025-02-01", acro=100)
    assert discount(year, "2025-02-02").level == 2
    year.give_back("2025-02-03", order, photo=3)
    assert (discount(year, "2025-02-03").level, discount(year, "2025-02-03").ordered) == (1, 9)


def test_many_customers_take_one_statement(north, make_customer, pinned_today):
    for _ in range(5):
        make_customer(anniversary_on=d("2026-09-01"))
    day = north.day()
    rows = list(Customer.objects.filter(reseller=north).shown_on(day))
    with counted() as queries:
        assert len(discounts_of(rows, day)) == 5
    assert len(queries) == 1


def test_the_level_stands_on_the_details_page_and_in_the_dialog(login, alice, year, set_today):
    year.order_directly("2025-01-31", photo=12)
    set_today("2025-02-01")
    client = login(alice)
    path = year.customer.get_absolute_url()
    for page in (client.get(path), client.get(f"{path}authorizations/new/")):
        said = " ".join(page.content.decode().split())
        assert "Level 2" in said
        assert "38 more licenses ordered by 31 December 2025 give the next term level 3." in said
        assert "A single order of 50 licenses gives this term level 3 at once." in said


def test_members_are_told_of_no_discount(login, year, set_today, vip_terms):
    vera = personas.make_member(year.customer, "v@customer.example", "Vera", accepts=vip_terms)
    year.order_directly("2025-01-31", photo=12)
    set_today("2025-02-01")
    page = login(vera).get(f"{year.customer.get_member_url()}requests/new/")
    assert page.status_code == 200
    assert "Level 2" not in page.content.decode()

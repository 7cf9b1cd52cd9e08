"""Whose license works, waits or is lost: the line of a product."""

from __future__ import annotations

import pytest

from authorizations.licenses.owned import product_rows
from authorizations.licenses.queue import State, queues_of
from authorizations.models import OrderLine
from tests.authorizations.licenses.hands import on, pay, states
from tests.authorizations.returning import give_back
from tests.counting import counted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("date", "ordered", "expected"),
    [
        # Created on 2 January: due 1 February, suspended after 3 March, counts to 2027-01-02.
        ("2026-03-03", None, "works works works"),
        ("2026-03-04", None, "waits waits waits"),
        ("2026-03-05", "2026-03-05", "works works works"),
        ("2027-02-01", None, "waits waits waits"),
        ("2027-02-02", None, "lost lost lost"),
        ("2027-02-01", "2026-03-05", "works works works"),
        ("2027-02-02", "2026-03-05", "lost lost lost"),
    ],
)
def test_a_license_works_waits_and_is_lost_by_the_day(
    customer, photoshop, buy, give, set_today, date, ordered, expected
):
    pa = buy("2026-01-02", quantity=3)
    give("Ann", "Ben", "Cleo", on="2026-01-03")
    if ordered:
        pay(pa, ordered, set_today)
    assert list(states(customer, photoshop, date).values()) == expected.split()


def test_the_newest_are_the_first_not_to_work(customer, photoshop, buy, give, set_today):
    paid = buy("2026-01-02", quantity=2)
    buy("2026-01-20", quantity=2)
    give("Ann", on="2026-02-01")
    give("Ben", "Cleo", on="2026-02-02")
    pay(paid, "2026-02-03", set_today)
    assert states(customer, photoshop, "2026-03-22") == {
        "Ann": "works",
        "Ben": "works",
        "Cleo": "waits",
    }
    assert states(customer, photoshop, "2026-03-21")["Cleo"] == "works"


def test_a_partial_return_takes_the_newest_licenses(customer, photoshop, buy, give, set_today):
    pa = buy(quantity=3)
    give("Ann", "Ben", "Cleo")
    pay(pa, "2026-03-02", set_today)
    line = OrderLine.objects.get(authorization=pa)
    give_back(line, 2)
    assert states(customer, photoshop) == {"Ann": "works", "Ben": "lost", "Cleo": "lost"}
    give_back(line, 1)
    assert set(states(customer, photoshop).values()) == {"lost"}


def test_where_licenses_stop_is_found_from_either_end(customer, photoshop, buy, give, set_today):
    pa = buy(quantity=5)
    give("Ann", "Ben", "Cleo", "Dora", "Emil")
    pay(pa, "2026-03-02", set_today)
    line = OrderLine.objects.get(authorization=pa)
    for usable in range(5, -1, -1):
        if usable < 5:
            give_back(line, 1)
        expected = ["works"] * usable + ["lost"] * (5 - usable)
        assert list(states(customer, photoshop).values()) == expected


def test_only_where_licenses_do_not_work_a_second_statement_is_sent(customer, buy, give, set_today):
    paid = buy("2026-01-02", quantity=2)
    buy("2026-01-20", quantity=2)
    give("Ann", "Ben", "Cleo", on="2026-02-02")
    pay(paid, "2026-02-03", set_today)
    sent = []
    for date in ("2026-03-21", "2026-03-22", "2027-02-20"):
        day = on(customer, date)
        with counted() as queries:
            queues_of(customer, day=day)
        sent.append(len(queries))
    assert sent == [1, 2, 2]


def test_lines_are_counted_as_the_products_are(customer, photoshop, device, buy, give, set_today):
    paid = buy("2026-01-02", quantity=2)
    buy("2026-01-20", quantity=2)
    buy("2026-01-21", quantity=4, product=device)
    give("Ann", "Ben", "Cleo", on="2026-02-02")
    pay(paid, "2026-02-03", set_today)
    day = on(customer, "2026-03-22")
    line = queues_of(customer, day=day)[photoshop.pk]
    assert (line.usable, line.suspended, line.licenses, line.held) == (2, 2, 4, 3)
    assert (line.in_use, line.free, line.waiting, line.lost) == (3, 0, 1, 0)
    rows = {row.product: row for row in product_rows(customer, day=day)}
    row = rows[photoshop]
    assert (row.usable, row.licenses, row.in_use, row.waiting, row.free) == (2, 4, 3, 1, 0)
    assert rows[device].in_use == 0 and not device.given_to_people


def test_states_have_words_and_tones():
    assert {state.tone for state in State} == {"good", "bad", "quiet"}
    assert all(state.meaning for state in State)

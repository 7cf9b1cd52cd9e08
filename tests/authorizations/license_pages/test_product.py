"""The member's page of a product: who has a license, found, paged, and what it costs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from urllib.parse import urlencode

import pytest

from authorizations.actions.assign import assign, take_back
from authorizations.actions.order import record_order
from authorizations.licenses import export as people_export
from authorizations.licenses.lists import ROWS
from authorizations.models import Assignment, Person
from reseller_console.lib.lists import search
from tests.authorizations.license_pages.hands import TODAY, words
from tests.counting import counted
from tests.personas import day_of

pytestmark = pytest.mark.django_db


def many(customer, product, count: int, *, ended: bool = False) -> None:
    """Give many people a license, the quick way."""
    people = [
        Person(
            reseller_id=customer.reseller_id,
            customer=customer,
            name=f"Person {n:04}",
            address=f"p{n}@people.example",
        )
        for n in range(count)
    ]
    for person in people:
        person.derive_keys()
    Person.objects.bulk_create(people)
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    Assignment.objects.bulk_create(
        Assignment(
            reseller_id=customer.reseller_id,
            customer=customer,
            product=product,
            person=person,
            assigned_at=start + dt.timedelta(minutes=n),
            stands_at=start + dt.timedelta(minutes=n),
        )
        for n, person in enumerate(people)
    )


def test_the_page_says_who_has_a_license_and_how_many_are_free(login, vera, buy, give, path):
    buy(quantity=3)
    give("Ann", "Ben")
    shown = words(login(vera).get(path()))
    assert "Usable licenses 3 In use 2 Free 1" in shown
    assert "Who has a license 2" in shown
    assert "Ben ben@people.example Works" in shown and "Vera Vaher" in shown


def test_those_whose_license_waits_come_first_and_the_page_says_why(
    login, vera, buy, give, path, set_today
):
    paid = buy("2026-01-02", quantity=1)
    late = buy("2026-01-20", quantity=2)
    give("Ann", "Ben", on="2026-02-02")
    today = set_today("2026-02-03")
    record_order(
        [paid], number="A1", ordered_on=today, by=late.created_by, day=day_of([paid], today)
    )
    set_today("2026-03-22")
    shown = words(login(vera).get(path()))
    assert "The license of 1 person does not work at the moment." in shown
    assert f"2 licenses are suspended until {late.number} is ordered." in shown
    assert shown.index("Ben ben@people.example Suspended") < shown.index("Ann ann@people")
    assert "Choose who waits" in shown


def test_people_are_found_by_name_and_address(login, vera, buy, give, path):
    buy()
    give("Ann", "Ben")
    client = login(vera)
    for question in ("ann", "ANN@people", "Ánn people"):
        shown = words(client.get(path(), {"q": question}))
        assert "ann@people.example" in shown and "ben@people.example" not in shown
    assert "No one matches" in words(client.get(path(), {"q": "dora"}))


def test_the_list_is_paged_both_ways(login, vera, customer, photoshop, buy, path):
    buy(quantity=200)
    many(customer, photoshop, 2 * ROWS + 5)
    client = login(vera)
    first = client.get(path())
    assert "1 to 50 of 105" in words(first) and "Person 0104" in words(first)
    address = re.search(r'href="([^"]+)"[^>]*>Next', first.content.decode())[1]
    second = client.get(address.replace("&amp;", "&"))
    assert "51 to 100 of 105" in words(second) and "Person 0054" in words(second)
    last = client.get(path(), {"page": "last"})
    assert "56 to 105 of 105" in words(last)
    for cursor in ("x", "WyJsaW5lIiwwLCIyMDI2IiwxXQ", "'"):
        assert "1 to 50 of 105" in words(client.get(path(), {"after": cursor}))


def test_ended_licenses_say_until_when_and_why(login, vera, buy, give, path):
    buy()
    (ann,) = give("Ann")
    take_back([ann], by=vera, day=day_of([ann], TODAY))
    shown = words(login(vera).get(path(), {"show": "ended"}))
    assert "Who had a license" in shown
    assert "ann@people.example" in shown and "Taken back Vera Vaher" in shown
    assert "No one yet" in words(login(vera).get(path()))


def test_products_nobody_holds_are_not_found(login, vera, illustrator, customer, path):
    client = login(vera)
    assert client.get(path(product=illustrator)).status_code == 404
    assert (
        client.get(f"{customer.get_member_url()}products/99999999999999999999/").status_code == 404
    )


def test_the_file_is_read_in_batches_and_misses_nobody(
    login, vera, customer, photoshop, illustrator, buy, people_path, monkeypatch
):
    monkeypatch.setattr(people_export, "BATCH", 2)
    buy(quantity=9)
    buy(quantity=4, product=illustrator)
    many(customer, photoshop, 6)
    some = [("", f"p{n}@people.example") for n in (0, 1, 2, 5)]
    assign(customer, illustrator, people=some, by=vera, day=day_of(customer, TODAY))
    login_of_vera = login(vera)
    for q, numbers in (("", range(6)), ("?q=0003", [3])):
        text = login_of_vera.get(people_path(f"export.csv{q}")).getvalue().decode("utf-8-sig")
        found = [(row[0], row[2]) for row in csv.reader(io.StringIO(text, newline=""))]
        assert found[1:] == [
            (f"Person {n:04}", product)
            for n in numbers
            for product in ("Test Illustrator", "Test Photoshop")
            if product == "Test Photoshop" or n in {0, 1, 2, 5}
        ]


def test_products_for_machines_say_so(login, vera, buy, device, path):
    buy(product=device)
    shown = words(login(vera).get(path(product=device)))
    assert "not given to people by name" in shown and "Give a license" not in shown


@pytest.mark.parametrize("count", [3, 300])
def test_the_page_costs_the_same_for_few_and_for_many(
    login, vera, customer, photoshop, buy, path, people_path, count
):
    buy(quantity=400)
    many(customer, photoshop, count)
    client = login(vera)
    costs = {}
    for name, address in {
        "product": path(),
        "search": path("?q=person"),
        "ended": path("?show=ended"),
        "people": people_path(),
        "export": people_path("export.csv"),
    }.items():
        with counted() as queries:
            b"".join(client.get(address)) if name == "export" else client.get(address)
        costs[name] = len(queries)
    assert costs == PINNED


PINNED = {"product": 10, "search": 11, "ended": 10, "people": 12, "export": 8}


@pytest.mark.parametrize("gathered", [0, 1_000], ids=["read one by one", "gathered"])
@pytest.mark.parametrize("q", ["person 000", "00", "3", "p11@people", "person nobody", "%"])
def test_a_search_finds_the_same_whether_few_or_many_match(
    login, vera, customer, photoshop, buy, path, people_path, monkeypatch, q, gathered
):
    buy(quantity=20)
    many(customer, photoshop, 12)
    monkeypatch.setattr(search, "COUNTED_HITS", gathered)
    client, texts = login(vera), [f"person {n:04} p{n}@people.example" for n in range(12)]
    expected = {t[:11].title() for t in texts if all(word in t for word in q.split())}
    for address in (path(), people_path()):
        shown = words(client.get(f"{address}?{urlencode({'q': q})}"))
        assert set(re.findall(r"Person \d{4}", shown)) == expected

"""The history of orders: what is on it, how it is found and paged, and the same as a file."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import openpyxl
import pytest

from authorizations.actions.placing import Direct
from authorizations.models import Order, OrderLine
from authorizations.orders import history
from reseller_console.lib.lists import COUNTED_HITS
from tests.authorizations.pages import page, words
from tests.each import each
from tests.test_query_counts import statements

pytestmark = pytest.mark.django_db

PATH = "/orders/history/"


def numbers(response) -> list[str]:
    return re.findall(r'<a class="name"\s+href="/orders/\d+/">([^<]+)</a>', page(response))


def download(client, query: str = "") -> list[dict[str, str]]:
    text = b"".join(client.get(f"{PATH}export.csv{query}").streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.fixture
def all_kinds(customer, make_customer, ada, buy, order, direct, renewal, give_back):
    """A direct order, one of a PA, a renewal, and one of another manager's, returned."""
    direct(4, on="2025-03-10", number="D-1")
    order(buy("2026-02-20", quantity=2, po_number="PO 88"), number="P-1", on="2026-02-21")
    renewal(3, on="2026-03-01", number="R-1")
    other = make_customer(name="Zebra Ltd", managed_by=ada)
    give_back(direct(2, of=other, number="X-1"), 1, number="RMA-77")


@each(
    ("query", "found"),
    [
        ("", ["X-1", "R-1", "P-1", "D-1"]),
        ("?show=authorizations", ["P-1"]),
        ("?show=direct", ["X-1", "D-1"]),
        ("?show=renewals", ["R-1"]),
        ("?show=returned", ["X-1"]),
        ("?show=none-such", ["X-1", "R-1", "P-1", "D-1"]),
        ("?mine=1", ["R-1", "P-1", "D-1"]),
        ("?mine=1&show=direct", ["D-1"]),
        ("?q=zebra", ["X-1"]),
        ("?q=p-1", ["P-1"]),
        ("?q=po+88", ["P-1"]),
        ("?q=rma-77", ["X-1"]),
        ("?q=t%C3%A4he", ["R-1", "P-1", "D-1"]),
        ("?q=tahe+d-1", ["D-1"]),
        ("?q=nothing", []),
    ],
)
def test_filters_switch_and_search(login, alice, all_kinds, query, found):
    client = login(alice)
    assert numbers(client.get(PATH + query)) == found
    assert [row["Order number"] for row in download(client, query)] == found


def test_a_pa_number_finds_its_order(login, alice, all_kinds):
    pa = OrderLine.objects.get(order__number="P-1").authorization
    assert numbers(login(alice).get(f"{PATH}?q={pa.number.lower()}")) == ["P-1"]


def test_each_filter_counts_what_it_holds(login, alice, all_kinds):
    shown = page(login(alice).get(PATH))
    rail = re.findall(r'>([\w ]+) <span class="count">([\d,]+)</span></a>', shown)
    assert dict(rail) == {
        "All orders": "4",
        "With PA": "1",
        "Direct": "2",
        "Renewals": "1",
        "Returned": "1",
    }


def test_a_line_of_the_file_says_what_the_row_says(login, alice, customer, direct):
    direct(7, number="=1+1")
    (row,) = download(login(alice))
    assert row == {
        "Order number": "'=1+1",
        "Order date": "2026-03-02",
        "Customers": customer.name,
        "VIP IDs": customer.vip_id,
        "For": "Direct",
        "Products": "7 × Test Photoshop",
        "Licenses": "7",
        "Returned": "0",
        "License term": "2 Mar 2026 to 1 Mar 2027",
        "Return until": "2026-03-16",
        "Recorded on": "2026-03-02",
        "Recorded by": "Alice Adams",
    }


def test_pages_and_batches_leave_no_gap(login, alice, direct, monkeypatch):
    monkeypatch.setattr(history, "ROWS", 3)
    monkeypatch.setattr(history, "BATCH", 2)
    made = [direct(1, number=f"N-{n}").number for n in range(7)]
    client, seen, path = login(alice), [], PATH
    while path:
        response = client.get(path)
        seen += numbers(response)
        following = re.search(r'href="([^"]+)"[^>]*>Next</a>', page(response))
        path = following[1].replace("&amp;", "&") if following else ""
    assert seen == made[::-1] == [row["Order number"] for row in download(client)]


def test_an_order_for_many_customers_is_one_row(login, alice, make_customer, order, photoshop):
    customers = [make_customer(name=f"Buyer {n}") for n in range(5)]
    order(direct=[Direct(one, [(photoshop, 2)]) for one in customers], number="4711")
    response = login(alice).get(PATH)
    assert numbers(response) == ["4711"]
    assert "Buyer 2" in words(response) and "2 more" in words(response)
    assert "10 × Test Photoshop" in words(response)


def test_nobody_sees_finds_or_counts_orders_of_another_reseller(login, charlie, all_kinds):
    client = login(charlie)
    for query in ("", "?q=zebra", "?q=d-1", "?q=rma"):
        assert numbers(client.get(PATH + query)) == download(client, query) == []
    assert "All orders 0" in words(client.get(PATH))


def test_the_worklist_and_the_history_lead_to_each_other(login, alice, db):
    client = login(alice)
    assert f'href="{PATH}"' in page(client.get("/orders/"))
    assert 'href="/orders/"' in page(client.get(PATH))


def many_orders(count: int) -> None:
    """Store many copies of the first order at once, the quick way."""
    sample = OrderLine.objects.select_related("order").first()
    facts = ("reseller_id", "ordered_on", "return_until_on", "recorded_on", "recorded_by_id")
    same = {name: getattr(sample.order, name) for name in facts}
    made = Order.objects.bulk_create(
        Order(number=f"M-{n}", number_key=f"m-{n}", **same) for n in range(count)
    )
    facts = ("reseller_id", "customer_id", "product_id", "quantity")
    dates = ("starts_on", "counts_to", "usable_until_on")
    same = {name: getattr(sample, name) for name in (*facts, *dates)}
    OrderLine.objects.bulk_create(OrderLine(order=order, **same) for order in made)


@pytest.mark.parametrize(
    ("query", "pinned"), [("", 4), ("?show=direct", 4), ("?q=keemia", 5), ("?page=last", 4)]
)
def test_five_and_five_thousand_orders_take_as_many_statements(login, alice, direct, query, pinned):
    client = login(alice)
    for _ in range(5):
        direct(1)
    few = statements(client, PATH + query)
    many_orders(4_995)
    many = statements(client, PATH + query)
    assert len(few) == len(many) == pinned, many
    shown = words(client.get(PATH + query))
    assert (f"{COUNTED_HITS:,}+" if "q=" in query else "5,000") in shown


def test_the_workbook_says_what_the_other_file_says(login, alice, all_kinds):
    client = login(alice)
    told = download(client)
    data = b"".join(client.get(f"{PATH}export.xlsx").streaming_content)
    heads, *rows = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    assert list(heads) == list(told[0])
    assert len(rows) == len(told) == 4
    for row, line in zip(rows, told, strict=True):
        shown = {
            head: value.date().isoformat() if isinstance(value, dt.datetime) else str(value or "")
            for head, value in zip(heads, row, strict=True)
        }
        assert shown == line | {head: "" for head, value in line.items() if value == "0"}


def test_of_more_than_three_terms_the_others_are_counted(
    login, alice, make_customer, direct, order, photoshop, set_today, pinned_today
):
    buyers = []
    for month in range(5):
        set_today(f"2025-0{month + 5}-10")
        buyers.append(make_customer(name=f"Buyer {month}"))
        direct(1, of=buyers[-1], on=f"2025-0{month + 5}-12")
    set_today(pinned_today)
    order(direct=[Direct(buyer, [(photoshop, 1)]) for buyer in buyers], number="WIDE")
    shown = page(login(alice).get(f"{PATH}?q=wide"))
    terms = shown[shown.index('data-label="License term"') :]
    assert "2 more" in terms[: terms.index("</td>")]

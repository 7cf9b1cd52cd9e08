"""The worklist: its file, its calendar, and how much it costs."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
import time_machine

from authorizations.models import AuthorizationLine, PurchaseAuthorization
from authorizations.rules.dates import born_with
from authorizations.worklist import export
from tests import personas
from tests.authorizations.worklist.reading import PATH, counts, names
from tests.test_query_counts import statements

pytestmark = pytest.mark.django_db


# --- The file


def download(client, query: str = "") -> list[dict[str, str]]:
    response = client.get(f"/orders/export.csv{query}")
    text = b"".join(response.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("query", ["", "?show=overdue", "?mine=1", "?q=since", "?page=last"])
def test_the_file_is_the_list_on_the_screen(login, alice, all_states, query, monkeypatch):
    monkeypatch.setattr(export, "BATCH", 2)
    client = login(alice)
    found = [row["Organization name"] for row in download(client, query)]
    assert found == names(client.get(PATH + query))


def test_a_line_of_the_file_says_what_the_row_says(login, alice, customer, buy, vera):
    authorization = buy("2026-01-31", quantity=7, po_number="=1+1")
    PurchaseAuthorization.objects.update(requested_by=vera)
    (row,) = download(login(alice))
    assert row == {
        "Organization name": customer.name,
        "VIP ID": customer.vip_id,
        "PA number": authorization.number,
        "PO number": "'=1+1",
        "Status": "Pending",
        "Why": f"{authorization.number} was created on 31 January 2026 and its order is due by"
        " 2 March 2026, 30 days later. Its licenses can be used. If no order is recorded, it is"
        " Overdue from 3 March 2026: then no new purchase authorization can be created until it is"
        " ordered. North can record the order on any day, or cancel it until 2 March 2026.",
        "Created on": "2026-01-31",
        "Order due": "2026-03-02",
        "Products": "7 × Test Photoshop",
        "Months to order": "12",
        "Days": "365",
        "Anniversary date": "2027-01-31",
        "Requested by": "Vera Vaher",
        "Managed by": "Alice Adams",
    }


def test_the_list_follows_the_calendar_without_a_night(login, alice, buy, set_today):
    buy("2026-03-02")
    for date, shown in (
        ("2026-04-01", ["Pending"]),
        ("2026-04-02", ["Overdue"]),
        ("2026-05-02", ["Suspended"]),
        ("2027-04-01", ["Suspended"]),
        ("2027-04-02", []),
    ):
        set_today(date)
        response = login(alice).get(PATH)
        states = [
            name for name in ("Pending", "Overdue", "Suspended") if counts(response)[name] == "1"
        ]
        assert states == shown, date
        assert len(names(response)) == len(shown)


def test_each_reseller_has_its_own_today(
    login, alice, charlie, buy, make_customer, settings, monkeypatch
):
    southern = make_customer(managed_by=charlie)
    buy("2026-01-31", of=southern)
    buy("2026-01-31")
    settings.CONSOLE_TODAY = None
    # 23:30 UTC on the due date is the next day in Tallinn and still the due date in New York.
    with time_machine.travel(dt.datetime(2026, 3, 2, 23, 30, tzinfo=dt.UTC), tick=False):
        assert counts(login(alice).get(PATH))["Overdue"] == "1"
        assert counts(login(charlie).get(PATH))["Overdue"] == "0"


# --- How much it costs


# The terms, the counts, the rows, their lines; a search looks for customers and counts its hits.
STATEMENTS = {
    "": 4,
    "?show=pending": 4,
    "?mine=1&requested=1": 4,
    "?page=last": 4,
    "?q=sample": 6,
}


@pytest.mark.parametrize(("address", "pinned"), STATEMENTS.items())
def test_three_orders_or_three_hundred_take_the_same_few_statements(
    login, alice, make_customer, photoshop, vera, pinned_today, address, pinned
):
    buyer = make_customer(name="Sample")
    personas.make_member(buyer, vera.email, vera.name)
    common = {"reseller": buyer.reseller, "customer": buyer, "created_on": pinned_today}
    terms = buyer.reseller.terms_on(pinned_today)
    dates = vars(born_with(pinned_today, terms=terms, anniversary=None, day=None))

    def ask(first: int, last: int) -> None:
        made = PurchaseAuthorization.objects.bulk_create(
            PurchaseAuthorization(number=f"PA-{n:08}", requested_by=vera, **common, **dates)
            for n in range(first, last)
        )
        AuthorizationLine.objects.bulk_create(
            AuthorizationLine(
                reseller=buyer.reseller, authorization=row, product=photoshop, quantity=7
            )
            for row in made
        )

    client = login(alice)
    ask(0, 3)
    few = statements(client, f"{PATH}{address}")
    ask(3, 300)
    many = statements(client, f"{PATH}{address}")
    assert len(few) == len(many) == pinned, many

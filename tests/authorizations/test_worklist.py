"""The worklist: what awaits an order, most urgent first, found, counted, paged and saved."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import uuid

import pytest
import time_machine
from django.utils.html import escape

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.order import record_order
from authorizations.models import AuthorizationLine, PurchaseAuthorization
from authorizations.rules.dates import born_with
from authorizations.rules.status import Status, when, when_open
from authorizations.worklist import export, page
from tests.each import each
from tests.personas import day_of
from tests.rules.reading import rows, text_of, tree_of
from tests.test_query_counts import statements

pytestmark = pytest.mark.django_db

PATH = "/orders/"
PART = {"HX-Request": "true", "HX-Target": "list"}
# Created on: the state on 2 March 2026, with 30 days to order and 60 to suspension.
CREATED = {
    "fresh": ("2026-03-02", "pending"),
    "due today": ("2026-01-31", "pending"),
    "late since today": ("2026-01-30", "overdue"),
    "last day before suspension": ("2026-01-01", "overdue"),
    "suspended since today": ("2025-12-31", "suspended"),
    "suspended for long": ("2025-03-01", "suspended"),
    "lapsed": ("2024-12-01", "lapsed"),
}
URGENT_FIRST = [
    "suspended for long",
    "suspended since today",
    "last day before suspension",
    "late since today",
    "due today",
    "fresh",
]


@pytest.fixture
def all_states(make_customer, buy):
    """A customer for each state on both sides of its edges, named after it."""
    return {
        name: buy(on, of=make_customer(name=name), po_number=f"PO-{number}")
        for number, (name, (on, _state)) in enumerate(CREATED.items())
    }


def names(response) -> list[str]:
    """Return the customers on the page, in their order."""
    return re.findall(r'class="name" href="[^"]*">([^<]*)</a>', response.content.decode())


def counts(response) -> dict[str, str]:
    """Return the filters and their counts."""
    found = re.findall(
        r'<a href="[^"]*"\s+hx-get="[^"]*"[^>]*>([^<]*) <span class="count">([^<]*)</span></a>',
        response.content.decode(),
    )
    return dict(found)


# --- What is on it


def test_everything_that_awaits_an_order_the_most_urgent_first(login, alice, all_states):
    response = login(alice).get(PATH)
    assert names(response) == URGENT_FIRST
    assert counts(response) == {
        "Awaiting an order": "6",
        "Pending": "2",
        "Overdue": "2",
        "Suspended": "2",
    }


@pytest.mark.parametrize("state", ["pending", "overdue", "suspended"])
def test_each_filter_holds_its_state(login, alice, all_states, state):
    expected = [name for name in URGENT_FIRST if CREATED[name][1] == state]
    assert names(login(alice).get(f"{PATH}?show={state}")) == expected


def test_the_conditions_of_the_states_are_the_states(all_states, pinned_today):
    rows = PurchaseAuthorization.objects.on(pinned_today)
    for state in Status:
        assert set(rows.filter(when(state, pinned_today))) == set(rows.filter(status=state))
    assert set(rows.filter(when_open(pinned_today))) == set(rows.open())


def test_what_is_ordered_or_cancelled_leaves_the_list(login, alice, all_states, pinned_today):
    record_order(
        [all_states["suspended for long"]],
        number="A1",
        ordered_on=pinned_today,
        by=alice,
        day=day_of([all_states["suspended for long"]], pinned_today),
    )
    cancel_authorization(
        all_states["fresh"], by=alice, day=day_of(all_states["fresh"], pinned_today)
    )
    assert names(login(alice).get(PATH)) == URGENT_FIRST[1:-1]


def test_a_row_says_what_to_order_and_until_when(login, alice, customer, buy, pinned_today):
    authorization = buy("2026-01-31", quantity=7, po_number="4500-77")
    tree = tree_of(login(alice).get(PATH).content.decode())
    (row,) = rows(tree.find(".//section[@id='list']"))
    assert row == {
        "Customer": f"{customer.name} {customer.vip_id}",
        "Authorization": f"{authorization.number} Pending PO: 4500-77",
        "Products": "7 Test Photoshop",
        "Order due": "2 Mar 2026 due today",
        "Duration to order": "12 months 365 days",
        "": "Record order",
    }
    assert tree.find(".//section[@id='list']//a[@href='/help/#duration']") is not None


def test_a_customers_own_request_is_marked_and_can_be_looked_for(
    login, alice, all_states, vera, customer
):
    asked = all_states["due today"]
    PurchaseAuthorization.objects.filter(pk=asked.pk).update(requested_by=vera)
    body = login(alice).get(PATH).content.decode()
    assert body.count('<span class="badge-info">Requested by the customer</span>') == 1
    assert body.count("Vera Vaher") == 1
    only = login(alice).get(f"{PATH}?requested=1")
    assert names(only) == ["due today"]
    assert counts(only) == {
        "Awaiting an order": "1",
        "Pending": "1",
        "Overdue": "0",
        "Suspended": "0",
    }


def test_a_customers_own_request_is_ordered_like_any_other(
    login, alice, vera, customer, buy, pinned_today
):
    asked = buy()
    PurchaseAuthorization.objects.update(requested_by=vera)
    client = login(alice)
    assert names(client.get(f"{PATH}?requested=1")) == [customer.name]
    form = {
        "key": str(uuid.uuid4()),
        "number": "9200001",
        "ordered_on": pinned_today.isoformat(),
        "authorizations": [asked.number],
        "more": "",
    }
    client.post(f"{asked.get_absolute_url()}order/?back=orders&requested=1", form)
    assert names(client.get(f"{PATH}?requested=1")) == []
    asked.refresh_from_db()
    assert (asked.order.number, asked.requested_by) == ("9200001", vera)


def test_managed_by_me_narrows_list_and_counts(login, alice, ada, make_customer, buy):
    buy("2026-03-02", of=make_customer(name="Alice's"))
    buy("2026-03-02", of=make_customer(name="Ada's", managed_by=ada))
    mine = login(ada).get(f"{PATH}?mine=1")
    assert names(mine) == [escape("Ada's")]
    assert counts(mine)["Awaiting an order"] == "1"
    assert counts(login(ada).get(PATH))["Awaiting an order"] == "2"


def test_another_reseller_sees_counts_and_finds_nothing_of_it(login, charlie, all_states):
    authorization = all_states["fresh"]
    for query in ("", "?show=pending", "?mine=1", f"?q={authorization.number}", "?q=fresh"):
        response = login(charlie).get(PATH + query)
        assert names(response) == []
        assert set(counts(response).values()) == {"0"}


def test_a_viewer_sees_the_list_without_anything_to_press(login, bob, all_states):
    response = login(bob).get(PATH)
    assert names(response) == URGENT_FIRST
    assert "Record order" not in response.content.decode()


# --- Finding


@each(
    ("q", "expected"),
    [
        (
            "suspended",
            ["suspended for long", "suspended since today", "last day before suspension"],
        ),
        ("SUSPENDED long", ["suspended for long"]),
        ("po-4", ["suspended since today"]),
        ("since PO-4", ["suspended since today"]),
        ("long PO-4", []),
        ("PO-6", []),
        ("%", []),
    ],
)
def test_every_word_must_occur_in_the_customer_or_the_numbers(
    login, alice, all_states, q, expected
):
    expected = [name for name in expected if name != "last day before suspension"]
    assert names(login(alice).get(PATH, {"q": q})) == expected


def test_a_number_finds_its_authorization_and_no_other_of_the_customer(login, alice, buy):
    first, second = buy("2026-03-01", po_number="ÄÖ 77"), buy("2026-03-02", po_number="ZZ 78")
    for q, number in ((first.number.lower(), first.number), ("äö", first.number), ("zz", None)):
        found = login(alice).get(PATH, {"q": q}).content.decode()
        expected = number or second.number
        assert re.findall(r">(PA-\w{8})<", found) == [expected]


def test_accents_and_case_of_a_name_do_not_matter(login, alice, make_customer, buy):
    buy("2026-03-02", of=make_customer(name="Õpikoja Äri"))
    assert names(login(alice).get(PATH, {"q": "opikoja ARI"})) == ["Õpikoja Äri"]


def test_a_search_that_finds_too_many_customers_to_name_finds_the_same(
    login, alice, all_states, monkeypatch
):
    monkeypatch.setattr("reseller_console.lib.lists.words.COUNTED_HITS", 2)
    monkeypatch.setattr(page, "COUNTED_HITS", 2)
    response = login(alice).get(PATH, {"q": "since"})
    assert names(response) == ["suspended since today", "late since today"]
    assert "2+ purchase authorizations found for “since”" in response.content.decode()


def test_the_search_says_how_many_it_found_and_can_be_cleared(login, alice, all_states):
    body = login(alice).get(f"{PATH}?show=pending&q=due").content.decode()
    assert "1 purchase authorization found for “due” in Pending" in body
    assert 'href="/orders/?show=pending">Clear the search' in body


# --- Pages, pieces, empty lists


def test_pages_lead_to_each_other(login, alice, all_states, monkeypatch):
    monkeypatch.setattr(page, "ROWS", 2)
    client, seen, path = login(alice), [], PATH
    while path:
        response = client.get(path)
        seen += names(response)
        tree = tree_of(response.content.decode())
        links = {text_of(a): a.get("href", "") for a in tree.findall(".//nav[@class='pager']/a")}
        previous, path = path, links.get("Next", "")
        assert len(seen) <= 6
    assert seen == URGENT_FIRST
    assert "5–6 of 6" in response.content.decode()
    assert set(links) == {"First", "Previous"}
    assert names(client.get(links["Previous"])) == URGENT_FIRST[2:4]
    assert names(client.get(f"{PATH}?page=last")) == URGENT_FIRST[4:]
    assert previous.startswith("/orders/?after=")


@pytest.mark.parametrize("query", ["?after=nonsense", "?show=lapsed", "?mine=x&page=7", "?q=%00"])
def test_an_address_that_makes_no_sense_shows_the_usual(login, alice, all_states, query):
    assert names(login(alice).get(PATH + query)) == URGENT_FIRST


def test_a_piece_is_the_same_list_with_filters_and_title(login, alice, all_states):
    path = f"{PATH}?show=overdue&mine=1"
    piece = login(alice).get(path, headers=PART)
    whole = login(alice).get(path)
    assert names(piece) == names(whole)
    assert counts(piece) == counts(whole)
    body = piece.content.decode()
    assert "<title>Overdue · Orders to place · Reseller Console</title>" in body
    assert "<html" not in body
    assert body.count('hx-swap-oob="true"') == 2
    assert piece["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "Nothing has to be ordered."),
        ("?show=pending", "No order is waiting before its due date."),
        ("?show=overdue", "No order is late."),
        ("?show=suspended", "Nobody's licenses are suspended."),
    ],
)
def test_an_empty_filter_says_what_that_means(login, alice, query, sentence):
    assert escape(sentence) in login(alice).get(PATH + query).content.decode()


def test_an_empty_list_under_a_switch_offers_to_turn_it_off(login, ada, all_states):
    body = login(ada).get(f"{PATH}?show=pending&mine=1").content.decode()
    assert 'href="/orders/?show=pending">Look at everybody' in body
    assert "No order is waiting" not in body  # others' may be


def test_a_page_beyond_the_end_leads_to_the_first(login, alice, all_states, monkeypatch):
    monkeypatch.setattr(page, "ROWS", 5)
    after = re.search(r"\?after=\w+", login(alice).get(PATH).content.decode())
    PurchaseAuthorization.objects.filter(pk=all_states["fresh"].pk).update(
        cancelled_at="2026-03-02T10:00Z"
    )
    assert "Nothing further" in login(alice).get(PATH + after[0]).content.decode()


# --- Recording from here


def test_recording_an_order_leads_back_to_the_list(login, alice, all_states, pinned_today):
    client, late = login(alice), all_states["late since today"]
    body = client.get(f"{PATH}?show=overdue&mine=1").content.decode()
    path = f"{late.get_absolute_url()}order/?back=orders&show=overdue&mine=1"
    assert f'href="{escape(path)}"' in body
    dialog = client.get(path, headers={"HX-Request": "true", "HX-Target": "dialog"})
    assert f'action="{escape(path)}"' in dialog.content.decode()
    form = {
        "key": str(uuid.uuid4()),
        "number": "77",
        "ordered_on": pinned_today.isoformat(),
        "authorizations": [late.number],
        "more": "",
    }
    response = client.post(path, form)
    assert response["Location"] == "/orders/?show=overdue&mine=1"
    assert client.post(path, form)["Location"] == "/orders/?show=overdue&mine=1"
    settled = client.get(path).content.decode()
    assert 'href="/orders/?show=overdue&amp;mine=1">' in settled


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example/", "orders%0d%0aX:1"])
def test_only_the_worklist_can_be_led_back_to(login, alice, buy, back):
    authorization = buy()
    path = f"{authorization.get_absolute_url()}order/?back={back}&after=%0d%0aX"
    form = {
        "key": str(uuid.uuid4()),
        "number": "77",
        "ordered_on": "2026-03-02",
        "authorizations": [authorization.number],
        "more": "",
    }
    response = login(alice).post(path, form)
    assert response["Location"] == authorization.customer.get_absolute_url()


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

"""The worklist: what awaits an order is found, paged, and shown in pieces."""

from __future__ import annotations

import re

import pytest
from django.utils.html import escape

from authorizations.models import PurchaseAuthorization
from authorizations.worklist import page
from tests.authorizations.worklist.reading import PATH, URGENT_FIRST, counts, names
from tests.each import each
from tests.rules.reading import text_of, tree_of

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true", "HX-Target": "list"}


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
    monkeypatch.setattr("reseller_console.lib.lists.search.COUNTED_HITS", 2)
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
        ("?show=suspended", "No licenses are suspended."),
    ],
)
def test_an_empty_filter_says_what_that_means(login, alice, query, sentence):
    assert escape(sentence) in login(alice).get(PATH + query).content.decode()


def test_an_empty_list_under_a_switch_offers_to_turn_it_off(login, ada, all_states):
    body = login(ada).get(f"{PATH}?show=pending&mine=1").content.decode()
    assert 'href="/orders/?show=pending">Show everyone' in body
    assert "No order is waiting" not in body  # others' may be


def test_a_page_beyond_the_end_leads_to_the_first(login, alice, all_states, monkeypatch):
    monkeypatch.setattr(page, "ROWS", 5)
    after = re.search(r"\?after=\w+", login(alice).get(PATH).content.decode())
    PurchaseAuthorization.objects.filter(pk=all_states["fresh"].pk).update(
        cancelled_at="2026-03-02T10:00Z"
    )
    assert "Nothing further" in login(alice).get(PATH + after[0]).content.decode()

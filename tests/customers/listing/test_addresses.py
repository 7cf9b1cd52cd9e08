"""The Customers page: addresses nobody made by hand, whole pages, pieces, and what they cost."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from customers.customer_list.listing import Listing
from customers.customer_list.sorting import SORTS
from customers.standing import BY_SLUG
from reseller_console.lib.lists.keyset import Cursor
from tests.counting import counted
from tests.customers.listing.reading import page, show
from tests.each import each

HTMX = {"HTTP_HX_REQUEST": "true"}


# --- Addresses


def test_an_address_reads_back_as_what_it_says():
    listing = Listing(show=BY_SLUG["ready"], mine=True, q="a b", sort=SORTS["-segment"])
    query = {k: v[-1] for k, v in parse_qs(urlsplit(listing.path()).query).items()}
    assert Listing.from_query(query) == listing
    assert Listing().path() == "/customers/"


NONSENSE = [
    "?show=everything",
    "?show=pending&show=nothing",
    "?sort=password",
    "?sort=-id&sort=name__regex",
    "?mine=yes",
    "?page=first",
    "?page=9999999999999999999999",
    "?after=%00",
    "?after=AAAA&before=BBBB",
    "?after=W10",
    "?after=bnVsbA",
    "?after=" + "W" * 5_000,
    "?after=" + Cursor((7, "x"), 0).encode("name"),
    "?after=" + Cursor(("x", 2**64), 0).encode("name"),
    "?after=" + Cursor(("x", -1), 0).encode("name"),
    "?after=" + Cursor(("x", True), 0).encode("name"),
    "?after=" + Cursor(("\x00", 1), 0).encode("name"),
    "?after=" + Cursor(("\ud800", 1), 0).encode("name"),
    "?after=" + Cursor(("x", 1), -5).encode("name"),
    "?sort=anniversary&after=" + Cursor(("2026-02-31", "x", 1), 0).encode("anniversary"),
    "?sort=anniversary&after=" + Cursor(("x", 1), 0).encode("name"),
    "?sort=segment&after=" + Cursor(("x", 1), 0).encode("segment"),
    "?q=%00%01&show=%00",
    "?q=%ED%A0%80",
    "?q=" + "x" * 10_000,
    "?q=%25_%5C%27%22;--",
    "?fields=password&mine[]=1&q[$ne]=1",
]


@each("query", NONSENSE)
def test_nonsense_in_the_address_falls_back_and_never_fails(login, alice, crowd, query):
    html = show(login(alice), query)
    assert 'id="list"' in html


def test_of_a_filter_given_twice_the_last_one_counts(login, alice, crowd):
    html = show(login(alice), "?show=ready&show=pending")
    assert 'aria-current="page">Pending Requests' in html.replace("\n", "")


def test_an_unreadable_cursor_shows_the_first_page(few_rows, alice, crowd):
    assert page(Listing(after="AAAA"), alice).rows == page(Listing(), alice).rows


# --- Whole page and fragment


def test_htmx_gets_the_list_the_rail_and_the_forms_luggage_and_nothing_else(login, alice, crowd):
    html = show(login(alice), "?show=pending", **HTMX)
    assert "<html" not in html
    assert "<title>Pending Requests" in html
    assert html.count("hx-swap-oob") == 2
    assert 'data-announce="10 customers in Pending Requests"' in html
    assert 'name="show" value="pending"' in html


def test_a_restored_page_is_whole(login, alice, crowd):
    html = show(login(alice), **HTMX, HTTP_HX_HISTORY_RESTORE_REQUEST="true")
    assert "<html" in html


def test_page_and_fragment_are_told_apart_by_caches(login, alice):
    response = login(alice).get("/customers/", **HTMX)
    assert "HX-Request" in response["Vary"]
    assert response["Cache-Control"] == "no-store"


def test_every_hx_get_has_the_same_href(login, ada, crowd):
    html = show(login(ada))
    for tag in re.findall(r"<a [^>]*hx-get[^>]*>", html):
        href = re.search(r'\bhref="([^"]*)"', tag)[1]
        assert href == re.search(r'hx-get="([^"]*)"', tag)[1]


def test_names_are_text_whatever_they_contain(login, ada, make_customer):
    name = "<b hx-get='/x'>%(vip_id)s %s {name} & \"Sons\""
    make_customer(name=name)
    html = show(login(ada))
    assert "&lt;b hx-get=&#x27;/x&#x27;&gt;%(vip_id)s %s {name} &amp; &quot;Sons&quot;" in html
    assert "<b hx" not in html


def test_the_search_comes_back_as_text(login, alice):
    html = show(login(alice), "?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


# --- Cost


def queries(client, path, **headers):
    client.get(path, **headers)
    with counted() as captured:
        client.get(path, **headers)
    beside = ("django_session", 'FROM "accounts_user" LEFT')
    return [q["sql"] for q in captured if not any(word in q["sql"] for word in beside)]


PATHS = [
    "/customers/",
    "/customers/?show=past-due&mine=1",
    "/customers/?sort=-anniversary&page=last",
    "/customers/?q=customer",
    "/customers/?q=customer&sort=anniversary&show=no-products",
]


@pytest.mark.parametrize("path", PATHS)
def test_three_customers_or_three_hundred_take_the_same_few_queries(
    login, ada, make_customer, path
):
    client = login(ada)
    for _ in range(3):
        make_customer()
    few = queries(client, path)
    for _ in range(60):
        make_customer()
    many = queries(client, path)
    assert len(few) == len(many) <= 6, many
    assert len(queries(client, path, **HTMX)) == len(few)


def test_whoever_manages_nobody_is_led_to_everybodys_customers(login, bob, customer):
    page = login(bob).get("/customers/?mine=1").text
    assert 'href=""' not in page
    assert "You manage no customers." in page and "Add Customer Organization" not in page
    assert '<p><a href="/customers/">Show everyone\'s customers</a></p>' in page


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("alice", "", "Invite the first one with “Add Customer Organization”."),
        ("bob", "", "No customer has been invited yet."),
        ("bob", "?mine=1", "You manage no customers."),
        ("bob", "?show=pending", "No customer is in this filter today."),
        ("alice", "?show=pending", "Place the order before its due date and record it here."),
        (
            "alice",
            "?show=pending&mine=1",
            "None of the customers you manage is in this filter today.",
        ),
    ],
)
def test_an_empty_list_says_why_and_offers_nothing_a_person_lacks(
    login, request, name, query, said
):
    page = login(request.getfixturevalue(name)).get(f"/customers/{query}").text
    assert said in page
    assert name == "alice" or "Add Customer Organization" not in page


def test_what_to_do_is_said_to_those_who_may_do_it(login, alice, bob, customer):
    advice = "Open a customer and create a purchase authorization"
    path = "/customers/?show=no-products"
    assert advice in login(alice).get(path).text
    assert advice not in login(bob).get(path).text

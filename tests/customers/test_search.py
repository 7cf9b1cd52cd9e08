"""Search: every word, any script, wildcards as text, and an exact number up to a thousand."""

from __future__ import annotations

import pytest

from customers.customer_list import pages
from customers.customer_list.listing import Listing
from customers.customer_list.pages import page_of
from customers.customer_list.sorting import SORTS
from customers.models import Customer
from reseller_console.lib.lists import cleaned, search
from reseller_console.lib.lists.words import LONGEST, words_of
from reseller_console.lib.text import searchable
from tests.each import each


def found(user, q, **listing):
    at = page_of(Listing(q=cleaned(q), **listing), user, user.reseller.day(), in_filter=0)
    return [row.name for row in at.rows]


@pytest.fixture
def names(make_customer):
    """A few organizations of many scripts."""
    for name in (
        "Universität Zürich",
        "Łódź Rada",
        "東京大学",
        "جامعة القاهرة",
        "Московский университет",
        "100% Pure_Water \\ Ltd",
        "Café de l'Université",
    ):
        make_customer(name=name)


@each(
    ("q", "name"),
    [
        ("zurich", "Universität Zürich"),
        ("ZÜRICH", "Universität Zürich"),
        ("lodz", "Łódź Rada"),
        ("京大", "東京大学"),
        ("京", "東京大学"),
        ("القاهرة", "جامعة القاهرة"),
        ("МОСКОВСКИЙ", "Московский университет"),
        ("100%", "100% Pure_Water \\ Ltd"),
        ("e_w", "100% Pure_Water \\ Ltd"),
        ("\\", "100% Pure_Water \\ Ltd"),
        ("l'univ", "Café de l'Université"),
    ],
)
def test_a_part_of_a_name_in_any_script_finds_it_and_nothing_else(alice, names, q, name):
    assert found(alice, q) == [name]


@each(
    ("name", "q"),
    [
        ("O’Brien Consulting", "O'Brien"),
        ("O’Brien Consulting", "obrien"),
        ("Zebra Lab", "\u202aZebra Lab\u202c"),
        ("Azərbaycan Neft", "azerbaycan"),
        ("“Ludwik” Akademia", '"Ludwik"'),
        ("شرکت کتاب", "كتاب"),
        ("Müller Werke", "mueller"),
        ("Meier N.V.", "nv"),
        ("Coca‑Cola", "coca-cola"),
    ],
)
def test_a_name_is_found_as_people_spell_it(alice, make_customer, name, q):
    make_customer(name="Other")
    make_customer(name=name)
    assert found(alice, q) == [name]


@pytest.mark.parametrize("q", ["'", '".', "’’"])
def test_a_question_of_nothing_but_left_out_signs_finds_nothing(alice, names, q):
    assert found(alice, q) == []


@pytest.mark.parametrize("q", ["カス", "ทู่"])
def test_marks_that_make_another_letter_are_letters(alice, make_customer, q):
    make_customer(name="ガス 会社")
    make_customer(name="ที่ ดิน")
    assert found(alice, q) == []


@pytest.mark.parametrize("q", ["z%h", "_", "\\%", "%%%", "u_iv"])
def test_wildcards_are_letters(alice, names, q):
    assert all(q in name.lower() for name in found(alice, q))


def test_words_may_stand_in_any_order_and_must_all_occur(alice, names):
    assert found(alice, "pure 100") == ["100% Pure_Water \\ Ltd"]
    assert found(alice, "pure zurich") == []


def test_contact_e_mail_vip_id_and_paper_numbers_are_searched(alice, make_customer):
    customer = make_customer(
        name="Target", contact_last_name="Öpik", contact_email="Odd+Tag@Mail.Example"
    )
    Customer.objects.filter(pk=customer.pk).update(
        search_papers=searchable("PA-ABCD2345 PO 4711/B")
    )
    make_customer(name="Other")
    for q in ("opik", "odd+tag@mail", customer.vip_id, "PA-ABCD2345", "4711/b", "vera öpik"):
        assert found(alice, q) == ["Target"], q


@each("q", ["zu", "er", "0 p", "te", "al", "lt", "td", "7x", "%", ".", "d л"])
def test_one_or_two_letters_find_what_contains_them(alice, names, q):
    expected = [name for name in found(alice, "") if all(w in stored(name) for w in words_of(q))]
    assert found(alice, q) == expected


def stored(name):
    return Customer.objects.get(name=name).search_text


@pytest.mark.parametrize("q", ["", "   ", "\u0301", "\x00\x01", "\ufffd"])
def test_a_question_without_letters_never_fails(alice, names, q):
    assert isinstance(found(alice, q), list)


def test_a_blank_question_is_no_search(alice, names):
    at = page_of(Listing(q=""), alice, alice.reseller.day(), in_filter=7)
    assert (len(at.rows), at.total, at.total_is_exact) == (7, 7, True)


def test_words_within_words_are_looked_for_once():
    assert words_of("uni Universität uni") == ["universitat"]


def test_the_longest_question_is_cut_and_the_page_says_so(login, alice, names):
    assert len(cleaned("x" * 500)) == LONGEST
    html = login(alice).get("/customers/", {"q": "x" * 201}).content.decode()
    assert "Only the first 200 characters" in html
    assert "Only the first" not in login(alice).get("/customers/?q=x").content.decode()


@pytest.mark.parametrize("slug", SORTS)
def test_many_hits_come_in_the_order_of_the_list(monkeypatch, alice, make_customer, slug):
    """What is too much to count is walked through, or gathered when the walk finds too little."""
    for number in range(12):
        make_customer(name=f"{'needle' if number > 5 else 'hay'} {number:02}", segment="EDU")
    monkeypatch.setattr(pages, "ROWS", 4)
    expected = found(alice, "needle", sort=SORTS[slug])
    assert len(expected) == 4
    monkeypatch.setattr(search, "COUNTED_HITS", 3)
    for walked in (100, 6, 1):
        monkeypatch.setattr(pages, "WALKED", walked)
        assert found(alice, "needle", sort=SORTS[slug]) == expected
        backwards = found(alice, "needle", sort=SORTS[slug], last=True)
        assert len(backwards) == 4
        assert set(backwards) | set(expected) == {f"needle {number:02}" for number in range(6, 12)}


@pytest.mark.parametrize("slug", SORTS)
def test_few_hits_come_page_by_page_in_the_order_of_the_list(
    monkeypatch, alice, make_customer, slug
):
    for number in range(11):
        make_customer(name=f"{'needle' if number % 4 else 'hay'} {number:02}", segment="EDU")
    day = alice.reseller.day()
    listing = Listing(q="needle", sort=SORTS[slug])
    whole = found(alice, "needle", sort=SORTS[slug])
    assert len(whole) == 8
    monkeypatch.setattr(pages, "ROWS", 3)
    met, at = [], page_of(listing, alice, day, in_filter=0)
    while True:
        met.append([row.name for row in at.rows])
        if at.next is None:
            break
        at = page_of(at.next, alice, day, in_filter=0)
    assert met == [whole[:3], whole[3:6], whole[6:]]
    back, at = [], page_of(listing.at_start(last=True), alice, day, in_filter=0)
    while True:
        back = [row.name for row in at.rows] + back
        if at.previous is None:
            break
        at = page_of(at.previous, alice, day, in_filter=0)
    assert back == whole


@pytest.mark.parametrize(("hits", "shown"), [(2, "2"), (3, "3+"), (4, "3+")])
def test_hits_are_exact_below_the_limit_and_at_least_so_many_from_it(
    monkeypatch, login, alice, make_customer, hits, shown
):
    monkeypatch.setattr(search, "COUNTED_HITS", 3)
    for number in range(hits):
        make_customer(name=f"needle {number}")
    html = login(alice).get("/customers/?q=needle").content.decode()
    assert f"{shown} customers found for “needle” in All Customers" in html


def test_the_rail_keeps_the_counts_of_the_filters(login, alice, names):
    html = login(alice).get("/customers/?q=zurich").content.decode()
    assert 'All Customers <span class="count">7</span>' in html
    assert "1 customer found" in html

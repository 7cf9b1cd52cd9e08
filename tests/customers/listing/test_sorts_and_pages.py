"""The Customers page: its sorts, and pages that miss nobody."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from customers.customer_list import pages
from customers.customer_list.listing import Listing
from customers.customer_list.sorting import SORTS
from customers.models import Customer
from customers.standing import BY_SLUG
from reseller_console.lib.lists.keyset import Cursor
from tests.customers.listing.reading import D, page, show
from tests.each import each


def naive(user, sort):
    """Return the ids in the order people expect, sorted in Python."""
    rows = list(Customer.objects.of(user).shown_on(user.reseller.day()))
    if sort.slug == "newest":
        return [row.pk for row in sorted(rows, key=lambda row: -row.pk)]

    def key(row):
        name = (row.name_sort.encode(), row.pk)
        if sort.by_anniversary:
            missing = dt.date.min if sort.downwards else dt.date.max
            return (row.anniversary or missing, *name)
        return (row.segment, *name) if "segment" in sort.slug else name

    return [row.pk for row in sorted(rows, key=key, reverse=sort.downwards)]


def ids_of(page):
    by_vip_id = dict(Customer.objects.values_list("vip_id", "pk"))
    return [by_vip_id[row.vip_id] for row in page.rows]


@each("slug", SORTS)
def test_walking_forwards_and_backwards_meets_everybody_once(few_rows, alice, crowd, slug):
    expected = naive(alice, SORTS[slug])
    met, at = [], page(Listing(sort=SORTS[slug]), alice)
    assert (at.first, at.previous) == (None, None)
    while True:
        assert at.rows_before == len(met)
        met += ids_of(at)
        if at.next is None:
            break
        at = page(at.next, alice)
    assert met == expected
    assert at.last is None

    at = page(Listing(sort=SORTS[slug], last=True), alice)
    met = ids_of(at)
    assert at.rows_before == len(expected) - 3
    while at.previous is not None:
        at = page(at.previous, alice)
        met = ids_of(at) + met
    assert met == expected


@each("slug", SORTS)
def test_filter_switch_and_search_stay_together_on_every_page(few_rows, ada, crowd, slug):
    listing = Listing(show=BY_SLUG["pending"], mine=True, q="elan", sort=SORTS[slug])
    wanted = {
        row.pk
        for row in Customer.objects.filter(managed_by=ada, pending_until_on__isnull=False)
        if row.name.startswith("Élan")
    }
    met, at = [], page(listing, ada)
    while True:
        met += ids_of(at)
        if at.next is None:
            break
        assert at.next.parameters().items() >= listing.parameters().items()
        at = page(at.next, ada)
    assert len(met) == len(wanted) == at.total
    assert set(met) == wanted


@each("slug", SORTS)
@pytest.mark.parametrize(("gathered", "walked"), [(0, 100), (0, 5), (0, 1), (100, 1)])
def test_a_filtered_list_is_the_same_however_it_is_reached(
    few_rows, monkeypatch, alice, crowd, slug, gathered, walked
):
    monkeypatch.setattr(pages, "GATHERED", gathered)
    monkeypatch.setattr(pages, "WALKED", walked)
    pending = set(
        Customer.objects.filter(pending_until_on__isnull=False).values_list("pk", flat=True)
    )
    expected = [pk for pk in naive(alice, SORTS[slug]) if pk in pending]
    met, at = [], page(Listing(show=BY_SLUG["pending"], sort=SORTS[slug]), alice)
    while True:
        met += ids_of(at)
        if at.next is None:
            break
        at = page(at.next, alice)
    assert met == expected


@pytest.mark.parametrize("slug", ["anniversary", "-anniversary"])
def test_customers_without_an_anniversary_date_come_last(alice, crowd, slug):
    dates = [row.anniversary for row in page(Listing(sort=SORTS[slug]), alice).rows]
    assert dates[-5:] == [None] * 5
    assert None not in dates[:15]
    assert dates[:15] == sorted(dates[:15], reverse=slug.startswith("-"))


@pytest.mark.parametrize("slug", ["anniversary", "-anniversary"])
def test_a_date_that_moved_on_unwritten_is_sorted_where_it_is_shown(
    few_rows, alice, crowd, make_customer, pinned_today, slug
):
    make_customer(name="rolled", anniversary_on=pinned_today - D(31))
    expected = naive(alice, SORTS[slug])
    met, at = [], page(Listing(sort=SORTS[slug]), alice)
    while True:
        met += ids_of(at)
        if at.next is None:
            break
        at = page(at.next, alice)
    assert met == expected
    rolled = Customer.objects.get(name="rolled").pk
    assert met.index(rolled) in {14, 15, 0}


def test_names_sort_as_people_read_them(alice, make_customer):
    for name in ("Zebra", "apple", "Élan", "Eagle"):
        make_customer(name=name)
    rows = page(Listing(), alice).rows
    assert [row.name for row in rows] == ["apple", "Eagle", "Élan", "Zebra"]


def test_the_page_says_which_rows_it_shows(few_rows, login, alice, crowd):
    assert "1–3 of 20" in show(login(alice))
    assert "18–20 of 20" in show(login(alice), "?page=last")


@each("gone", [1, 2, 4, 6])
def test_no_page_says_more_rows_than_there_are(few_rows, login, alice, crowd, gone):
    """An address keeps its place while customers vanish: its count must not outlive them."""
    first = page(Listing(), alice)
    second = page(first.next, alice)
    for at in (second, page(Listing(last=True), alice)):
        for link in (at.previous, at.next, Listing(last=True)):
            addresses = [link.path()] if link else []
            for address in addresses:
                _said(login(alice), address)
    names = [row.vip_id for row in first.rows]
    leaving = Customer.objects.filter(vip_id__in=names[:gone])
    leaving._raw_delete(leaving.db)
    for link in (first.next, second.next, second.previous):
        if link is not None:
            _said(login(alice), link.path())


def _said(client, address: str) -> None:
    found = re.search(r"([\d,]+)–([\d,]+) of ([\d,]+)", client.get(address).content.decode())
    if found:
        first, last, total = (int(number.replace(",", "")) for number in found.groups())
        assert 1 <= first <= last <= total == Customer.objects.count(), address


def test_a_head_turns_its_order_round(login, alice, crowd):
    assert 'aria-sort="ascending"' in show(login(alice))
    html = show(login(alice), "?sort=anniversary")
    assert 'href="/customers/?sort=-anniversary"' in html
    assert 'href="/customers/"' in html


def test_a_cursor_of_customers_that_are_gone_leads_back(login, alice, crowd):
    end = Cursor(("zzzz", 2**40), 900).encode("name")
    html = show(login(alice), f"?after={end}")
    assert "Nothing further" in html

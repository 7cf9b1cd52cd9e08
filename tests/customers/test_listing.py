"""The Customers page: filters, switch, sorts, pages, and addresses nobody made by hand."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from customers.customer_list import pages
from customers.customer_list.listing import Listing
from customers.customer_list.pages import page_of
from customers.customer_list.sorting import SORTS
from customers.models import Customer
from customers.standing import BY_SLUG, FILTERS
from customers.tally import rail_counts
from reseller_console.accounts.models import User
from reseller_console.lib.lists.keyset import Cursor
from tests import personas
from tests.counting import counted
from tests.each import each

D = dt.timedelta
HTMX = {"HTTP_HX_REQUEST": "true"}


def names_on(html: str) -> list[str]:
    return re.findall(r'class="name"[^>]*>([^<]*)<', html)


def show(client, query="", **headers):
    response = client.get(f"/customers/{query}", **headers)
    assert response.status_code == 200
    return response.content.decode()


def page(listing, user):
    day = user.reseller.day()
    manager = user.pk if listing.mine else None
    counts = rail_counts(user.reseller_id, day, manager_id=manager)
    return page_of(listing, user, day, in_filter=counts[listing.show.slug])


@pytest.fixture
def few_rows(monkeypatch):
    """Put three customers on a page."""
    monkeypatch.setattr(pages, "ROWS", 3)


@pytest.fixture
def crowd(make_customer, ada, pinned_today):
    """Twenty customers, with ties in every key a list can be sorted by."""
    for number in range(20):
        anniversary = None if number % 4 == 0 else pinned_today + D(7 * (number % 3) + 10)
        make_customer(
            name=f"{'Élan' if number % 5 else 'apple'} {number % 7}",
            contact_email=f"c{number}@customer.example",
            segment=["COM", "EDU", "GOV"][number % 3],
            anniversary_on=anniversary,
            pending_until_on=pinned_today if number % 2 else None,
            **({"managed_by": ada} if number % 3 == 0 else {}),
        )


# --- Who is on the list


def test_each_filter_lists_exactly_the_customers_it_counts(login, alice, make_customer):
    t = alice.reseller.day().today
    facts = {
        "nothing yet": {"no_products_from_on": t},
        "due today": {"no_products_from_on": None, "pending_until_on": t},
        "due yesterday": {"no_products_from_on": None, "pending_until_on": t - D(1)},
        "late since today": {"past_due_from_on": t, "past_due_until_on": t + D(9)},
        "late until today": {"past_due_from_on": t - D(9), "past_due_until_on": t},
        "late until yesterday": {"past_due_from_on": t - D(9), "past_due_until_on": t - D(1)},
        "opens in 60 days": {"renewal_on": t + D(90)},
        "opens in 59 days": {"renewal_on": t + D(89)},
        "opens tomorrow": {"renewal_on": t + D(31)},
        "opens today": {"renewal_on": t + D(30)},
        "closes today": {"renewal_on": t - D(30)},
        "closed yesterday": {"renewal_on": t - D(31)},
    }
    for name, fact in facts.items():
        make_customer(name=name, **{"no_products_from_on": None} | fact)
    expected = {
        "no-products": {"nothing yet"},
        "pending": {"due today"},
        "past-due": {"late since today", "late until today"},
        "upcoming": {"opens in 59 days", "opens tomorrow"},
        "ready": {"opens today", "closes today"},
        "": set(facts),
    }
    for slug, names in expected.items():
        html = show(login(alice), f"?show={slug}")
        assert set(names_on(html)) == names, slug
        assert f'{BY_SLUG[slug].label} <span class="count">{len(names)}</span>' in html


def test_the_rail_has_six_filters_in_this_order_with_counts(login, alice, crowd):
    html = show(login(alice))
    labels = re.findall(r'hx-get="/customers/[^"]*"[^>]*>([A-Z][^<]+) <span class="count">', html)
    assert labels == [
        "All Customers",
        "No Products",
        "Pending Requests",
        "Past Due Requests",
        "Upcoming Renewals",
        "Ready for Renewal",
    ]


def test_managed_by_me_narrows_rows_and_counts_and_is_off_by_default(login, alice, ada, crowd):
    assert len(names_on(show(login(ada)))) == 20
    html = show(login(ada), "?mine=1")
    assert len(names_on(html)) == 7
    assert 'All Customers <span class="count">7</span>' in html
    assert 'href="/customers/?show=pending&amp;mine=1"' in html


def test_nobody_sees_another_resellers_customers(login, charlie, crowd):
    html = show(login(charlie))
    assert names_on(html) == []
    assert 'All Customers <span class="count">0</span>' in html
    assert names_on(show(login(charlie), "?q=apple")) == []


def test_anonymous_people_are_led_to_the_sign_in_page(client, db):
    for path in ("/customers/", "/customers/export.csv", "/help/"):
        response = client.get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


def test_ops_have_no_customers_page(login, ops):
    assert login(ops).get("/customers/").status_code == 404


def test_a_row_offers_to_resend_while_the_contact_may_follow_the_link(
    login, alice, make_customer, vip_terms
):
    def accepts(email):
        accepted = make_customer()
        return accepted, personas.make_member(accepted, email, "One Admin", accepts=vip_terms)

    waiting, elsewhere = make_customer(), make_customer(accepted_at=timezone.now())
    withdrawn = make_customer(withdrawn_at=timezone.now())
    accepted, _admin = accepts("here@customer.example")
    deserted, admin = accepts("left@customer.example")
    admin.memberships.update(removed_at=timezone.now(), removed_by=alice)
    closed, admin = accepts("closed@customer.example")
    User.objects.filter(pk=admin.pk).update(deactivated_at=timezone.now())
    html = show(login(alice))
    offered = set(re.findall(r'href="/customers/(\w+)/invitation/resend/"', html))
    assert offered == {row.vip_id for row in (waiting, elsewhere, withdrawn, deserted, closed)}
    assert accepted.vip_id not in offered


def test_what_a_row_offers_depends_on_the_role(login, alice, ada, bob, customer):
    create, resend, change = (
        f'href="/customers/{customer.vip_id}/{rest}/"'
        for rest in ("authorizations/new", "invitation/resend", "manager")
    )
    offered = {
        person.email: [link in show(login(person)) for link in (create, resend, change)]
        for person in (alice, ada, bob)
    }
    assert offered == {
        alice.email: [True, True, False],
        ada.email: [True, True, True],
        bob.email: [False, False, False],
    }
    assert "Add Customer Organization" in show(login(alice))
    assert "Add Customer Organization" not in show(login(bob))


def test_a_row_shows_the_invitation_and_what_became_of_its_mail(login, alice, customer):
    html = show(login(alice))
    assert "Invited</span>" in html
    assert "Mail:" not in html.split("</tbody>")[0]


def test_a_withdrawn_customer_takes_no_authorization(login, alice, make_customer):
    make_customer(withdrawn_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    html = show(login(alice))
    assert "Withdrawn</span>" in html
    assert "authorizations/new/" not in html


@each("entry", FILTERS)
def test_each_filter_explains_itself_and_says_what_to_do_when_it_is_empty(login, alice, entry):
    html = show(login(alice), f"?show={entry.slug}")
    assert str(entry.meaning) in html
    assert str(entry.advice) in html


# --- Sorts and pages


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
    make_customer(name="rolled", anniversary_on=pinned_today - D(31), rolls_on=pinned_today)
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


def test_a_head_turns_its_order_round(login, alice, crowd):
    assert 'aria-sort="ascending"' in show(login(alice))
    html = show(login(alice), "?sort=anniversary")
    assert 'href="/customers/?sort=-anniversary"' in html
    assert 'href="/customers/"' in html


def test_a_cursor_of_customers_that_are_gone_leads_back(login, alice, crowd):
    end = Cursor(("zzzz", 2**40), 900).encode("name")
    html = show(login(alice), f"?after={end}")
    assert "Nothing further" in html


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
    assert '<p><a href="/customers/">Look at everybody\'s customers</a></p>' in page

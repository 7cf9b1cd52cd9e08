"""The Customers page: who is on it in which filter, and what a row shows and offers."""

from __future__ import annotations

import datetime as dt
import re

from django.utils import timezone

from customers.standing import BY_SLUG, FILTERS
from reseller_console.accounts.models import User
from tests import personas
from tests.customers.listing.reading import D, show
from tests.each import each


def names_on(html: str) -> list[str]:
    return re.findall(r'class="name"[^>]*>([^<]*)<', html)


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


@each(
    ("query", "leads_to"),
    [
        ("?show=ready", "/renewals/?show=ready"),
        ("?show=upcoming&mine=1", "/renewals/?show=upcoming&amp;mine=1"),
        ("?show=pending", ""),
        ("", ""),
    ],
)
def test_the_renewal_filters_lead_to_where_renewals_are_recorded_and_told(
    login, alice, make_customer, pinned_today, query, leads_to
):
    ready, upcoming = pinned_today + dt.timedelta(10), pinned_today + dt.timedelta(60)
    make_customer(renewal_on=ready, renewal_licenses=1, anniversary_on=ready)
    make_customer(renewal_on=upcoming, renewal_licenses=1, anniversary_on=upcoming)
    page = login(alice).get(f"/customers/{query}").content.decode()
    found = re.search(r'href="(/renewals/\?[^"]*)"', page)
    assert (found[1] if found else "") == leads_to

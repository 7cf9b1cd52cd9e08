"""The member's pages about products and requests: what they say, to whom, and what they cost."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.utils import timezone

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order
from authorizations.models import Assignment, Person, PurchaseAuthorization
from customers.models import Membership
from tests import personas
from tests.authorizations.pages import many, page, section, words
from tests.counting import counted
from tests.personas import day_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def member_path(customer):
    """Return a function that gives an address below the customer's for its admins."""
    return lambda rest="": f"{customer.get_member_url()}{rest}"


@pytest.fixture
def customer(make_customer, set_today, pinned_today):
    """A customer of long standing."""
    set_today("2025-01-01")
    customer = make_customer(name="Tähe Keemia OÜ", offerings=["team"])
    set_today(pinned_today)
    return customer


# --- Overview


def test_the_overview_says_who_the_organization_is_and_whom_to_turn_to(
    login, vera, north, member_path
):
    north.support_phone, north.support_email = "+372 600 0000", "help@north.example"
    north.save()
    shown = section(login(vera).get(member_path()), "Your organization")
    for part in (
        "Tähe Keemia OÜ",
        "Pikk 1 10123 Tallinn Estonia",
        "Market segment Commercial",
        "Type Team",
        "Anniversary date Not set yet There is none, because nothing has been bought yet",
        "Your reseller North",
        "Account manager Alice Adams alice@north.example",
        "+372 600 0000",
        "help@north.example",
        "VIP terms Version 1, accepted by Vera Vaher",
    ):
        assert part in shown


def test_the_anniversary_date_is_said_once_it_is_set(login, vera, member_path, buy):
    buy("2026-01-31")
    shown = section(login(vera).get(member_path()), "Your organization")
    assert "Anniversary date 31 January 2027" in shown


def test_a_manager_who_left_is_not_whom_to_turn_to(login, vera, alice, ada, member_path):
    alice.deactivated_at = timezone.now()
    alice.save(update_fields=["deactivated_at"])
    shown = words(login(vera).get(member_path()))
    assert ada.email in shown and alice.email not in shown


def test_terms_nobody_accepted_are_not_claimed(login, customer, member_path):
    member = personas.make_member(customer, "m@x.example", "M")
    assert "Not accepted yet" in section(login(member).get(member_path()), "Your organization")


def test_products_are_counted_as_on_the_managers_page(
    login, vera, alice, path_to, member_path, buy, pinned_today, photoshop
):
    first = buy("2026-01-05", quantity=3)
    record_order(
        [first], number="A1", ordered_on=pinned_today, by=alice, day=day_of([first], pinned_today)
    )
    buy("2026-02-20", quantity=4)
    response = login(vera).get(member_path())
    numbers = "Test Photoshop 7 0 4 0 3"
    assert numbers in section(response, "Products")
    assert numbers in section(login(alice).get(path_to()), "Products")
    assert f'href="{member_path()}products/{photoshop.pk}/"' in page(response)


def test_without_products_the_next_step_is_said(login, vera, member_path):
    response = login(vera).get(member_path())
    assert "Request the products your people need" in section(response, "Products")
    assert f'href="{member_path()}requests/new/"' in page(response)
    assert "Nothing is waiting for an order" in section(response, "Waiting for an order")


@pytest.mark.parametrize(
    ("created_on", "state", "told"),
    [
        ("2026-03-02", "Pending", "its order is due by 1 April 2026, 30 days later."),
        ("2026-01-31", "Pending", "its order is due by 2 March 2026, 30 days later."),
        ("2026-01-30", "Overdue", "work until 31 March 2026; from 1 April 2026 they are suspended"),
        ("2026-01-01", "Overdue", "work until 2 March 2026; from 3 March 2026 they are suspended"),
        ("2025-12-31", "Suspended", "its licenses have not worked since 2 March 2026."),
    ],
)
def test_what_waits_for_an_order_is_told_in_the_customers_words(
    login, vera, member_path, buy, created_on, state, told
):
    pa = buy(created_on)
    shown = section(login(vera).get(member_path()), "Waiting for an order")
    assert pa.number in shown and f"{state} " in shown and told in shown


def test_a_pa_that_lapses_without_being_suspended_names_its_last_day(
    login, vera, make_customer, buy, set_today
):
    date = dt.date(2026, 2, 10)
    customer = make_customer(custom_anniversary_on=date, anniversary_on=date, accepted_at=None)
    member = personas.make_member(customer, vera.email, "Vera Vaher")
    buy("2026-02-01", of=customer)
    set_today("2026-03-09")
    shown = section(login(member).get(customer.get_member_url()), "Waiting for an order")
    # It counts to 10 February and is usable for 30 days after that, not to its 60th day.
    assert "The last day of its licenses is 12 March 2026" in shown


def test_what_is_settled_does_not_wait_any_more(login, vera, alice, member_path, buy, pinned_today):
    lapsed, ordered, cancelled = buy("2025-01-05"), buy("2026-02-10"), buy("2026-02-11")
    record_order(
        [ordered],
        number="A1",
        ordered_on=pinned_today,
        by=alice,
        day=day_of([ordered], pinned_today),
    )
    cancel_authorization(cancelled, by=alice, day=day_of(cancelled, pinned_today))
    shown = section(login(vera).get(member_path()), "Waiting for an order")
    assert not any(pa.number in shown for pa in (ordered, cancelled, lapsed))


# --- Requests


def test_every_request_says_what_became_of_it(login, vera, alice, member_path, buy, pinned_today):
    lapsed, ordered, cancelled = buy("2025-01-05"), buy("2026-02-10"), buy("2026-02-11")
    record_order(
        [ordered],
        number="A1",
        ordered_on=pinned_today,
        by=alice,
        day=day_of([ordered], pinned_today),
    )
    cancel_authorization(cancelled, by=alice, day=day_of(cancelled, pinned_today))
    asked = create_authorization(
        ordered.customer,
        lines=[(line.product, 2) for line in ordered.lines.all()],
        po_number="PO-9",
        by=vera,
        requested_by=vera,
        day=day_of(ordered.customer, pinned_today),
    )
    shown = section(login(vera).get(member_path("requests/")), "Requests")
    for part in (
        f"{asked.number} PO: PO-9",
        "2 Mar 2026 Vera Vaher",
        "10 Feb 2026 North",
        f"{ordered.number} is ordered: order",
        f"{cancelled.number} is cancelled: North cancelled it on",
        f"{lapsed.number} has lapsed: it was never ordered",
    ):
        assert part in shown
    numbers = [pa.number for pa in (asked, cancelled, ordered, lapsed)]
    assert sorted(numbers, key=shown.index) == numbers, "newest first"


def test_requests_are_paged_without_a_gap(login, vera, member_path, customer, photoshop):
    many(customer, photoshop, 120, created_on=dt.date(2026, 2, 1))
    client, seen, address = login(vera), [], member_path("requests/")
    while address:
        response = client.get(address)
        seen += re.findall(r"PA-\d{8}(?= was created)", section(response, "Requests"))
        older = re.search(r'href="([^"]+history=[^"]+)#history"', page(response))
        address = older and older[1]
    assert len(seen) == len(set(seen)) == 120


def test_paging_in_place_brings_only_the_requests(login, vera, member_path, customer, photoshop):
    many(customer, photoshop, 60, created_on=dt.date(2026, 2, 1))
    client = login(vera)
    older = re.search(r'hx-get="([^"]+history=[^"]+)"', page(client.get(member_path("requests/"))))
    headers = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "history"}
    shown = page(client.get(older[1], **headers))
    assert shown.strip().startswith('<section class="panel" id="history"')
    assert "<!DOCTYPE" not in shown


def test_without_requests_the_page_says_what_will_stand_here(login, vera, member_path):
    shown = section(login(vera).get(member_path("requests/")), "Requests")
    assert "No requests yet" in shown


def test_a_number_that_is_none_of_the_customers_brings_no_success(
    login, vera, olaf, member_path, buy, make_customer
):
    client = login(vera)
    other = buy(of=Membership.objects.get(user=olaf).customer)
    for created in ("PA-00000000", other.number, "<b>", "x" * 5000):
        response = client.get(member_path("requests/"), {"created": created})
        assert "can be used now" not in page(response)


# --- All of them


PAGES = ("", "requests/", "activity/")


def give_away(customer, product, count: int) -> None:
    """Put so many licenses into people's hands, the quick way."""
    people = [
        Person(reseller=customer.reseller, customer=customer, name=f"P{n}") for n in range(count)
    ]
    for n, person in enumerate(people):
        person.address = f"p{n}@x.example"
        person.derive_keys()
    Assignment.objects.bulk_create(
        Assignment(reseller=customer.reseller, customer=customer, product=product, person=person)
        for person in Person.objects.bulk_create(people)
    )


@pytest.mark.parametrize("rest", PAGES)
def test_the_pages_cost_the_same_with_3_purchases_and_licenses_and_with_300(
    login, vera, make_customer, photoshop, rest
):
    counts = []
    for purchases in (3, 300):
        customer = make_customer(invited_on=dt.date(2025, 1, 1))
        member = personas.make_member(customer, f"vera{purchases}@x.example", "Vera")
        many(customer, photoshop, purchases, created_on=dt.date(2026, 2, 1))
        PurchaseAuthorization.objects.filter(customer=customer).update(requested_by=member)
        give_away(customer, photoshop, purchases)
        client = login(member)
        with counted() as queries:
            client.get(f"{customer.get_member_url()}{rest}")
        counts.append(len(queries))
    # Person, customer, program terms, the customer on its day; organizations; terms in force
    # and accepted. Then products 2, open PAs 2, terms accepted; history 2, open PAs 2; deeds,
    # emails.
    own = {"": 5, "requests/": 4, "activity/": 2}
    assert counts == [7 + own[rest]] * 2


@pytest.mark.parametrize("rest", PAGES)
def test_what_was_typed_is_text_never_markup(login, make_customer, buy, alice, rest):
    customer = make_customer(name="<b>Bold & Co</b>", address_1="<i>Pikk</i>")
    member = personas.make_member(customer, "m@x.example", "<u>M</u>")
    buy(of=customer, po_number="<s>1</s>")
    shown = page(login(member).get(f"{customer.get_member_url()}{rest}"))
    assert "&lt;b&gt;Bold &amp; Co&lt;/b&gt;" in shown
    assert not re.search(r"<(b|i|u|s)>", shown)


@pytest.mark.parametrize("rest", PAGES)
def test_nothing_of_the_resellers_pages_is_linked(login, vera, member_path, buy, rest):
    buy()
    shown = page(login(vera).get(member_path(rest)))
    for forbidden in ('"/customers/', '"/team/', '"/help/', '"/mailbox/', '"/admin/', '"/orders/'):
        assert forbidden not in shown


@pytest.mark.parametrize("rest", PAGES)
def test_a_member_who_was_removed_is_out_at_once(login, vera, member_path, rest):
    client = login(vera)
    assert client.get(member_path(rest)).status_code == 200
    Membership.objects.filter(user=vera).update(removed_at=timezone.now())
    assert client.get(member_path(rest)).status_code == 404


@pytest.mark.parametrize(
    ("rest", "current"),
    [("", "Overview"), ("requests/", "Requests"), ("activity/", "Activity")],
)
def test_the_open_section_is_marked(login, vera, member_path, rest, current):
    tabs = page(login(vera).get(member_path(rest))).split('class="tabs"')[1].split("</nav>")[0]
    marked = re.findall(r'aria-current="page">([^<]+)<', tabs)
    assert marked == [current]

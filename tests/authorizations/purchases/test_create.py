"""Creating a purchase authorization: what it does to the facts, and what it refuses."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.utils import timezone

from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order
from authorizations.models import Product, PurchaseAuthorization
from customers.admins.links import path_for, token_for
from customers.models import CustomerEvent, Invitation
from notifications import rendering
from notifications.models import Email
from reseller_console.lib.text import searchable
from tests import personas
from tests.authorizations.purchases.facts import filters_on, licenses, refused
from tests.counting import counted
from tests.personas import day_of


def test_creating_tells_the_vip_admin_and_writes_history(customer, buy):
    authorization = buy("2025-01-31")
    email = Email.objects.get(template="pa_created")
    assert email.to_address == customer.contact_email
    assert email.context["lines"] == [{"quantity": 5, "product": "Test Photoshop"}]
    assert email.context["due_on"] == "2025-03-02"
    event = CustomerEvent.objects.get(customer=customer, kind="authorization_created")
    assert event.details["number"] == authorization.number


def test_the_email_about_new_products_leads_to_the_acceptance_and_then_to_them(
    customer, alice, buy, client, vip_terms
):
    before = buy("2025-01-31")
    way = f"{settings.CONSOLE_ORIGIN}{path_for(customer.vip_id, 1)}"
    email = Email.objects.get(template="pa_created")
    read = rendering.with_secret_links(rendering.write(email), email)
    assert way in read.text and f'href="{way}"' in read.html
    assert token_for(customer.vip_id, 1) not in f"{email.context}{rendering.write(email).html}"
    personas.make_member(customer, "vera@linden.example", "Vera Vogel")
    after = buy("2025-02-01")
    email = Email.objects.get(template="pa_created", context__pa_number=after.number)
    assert email.to_address == "vera@linden.example"
    products = f"{settings.CONSOLE_ORIGIN}{customer.get_member_url()}"
    assert f"Open your products:\n{products}\n" in rendering.write(email).text
    assert before.number != after.number


def test_many_products_take_as_many_statements_as_two(customer, alice, pinned_today):
    day = day_of(customer, pinned_today)
    products = [
        Product.objects.create(name=f"Test {n}", family="Test", offering="team") for n in range(30)
    ]
    costs = []
    for number in (2, 2, 30):
        lines = [(product, 1) for product in products[:number]]
        with counted() as sent:
            create_authorization(customer, lines=lines, po_number="", by=alice, day=day)
        costs.append(len(sent))
    assert costs[1] == costs[2]


def test_without_a_link_that_works_the_email_promises_none(customer, buy):
    Invitation.objects.filter(customer=customer).update(superseded_at=timezone.now())
    buy("2025-01-31")
    text = rendering.write(Email.objects.get(template="pa_created")).text
    assert "Accept the VIP terms" not in text and "Open your products" not in text


def test_a_customer_is_found_by_the_numbers_of_its_papers(customer, alice, photoshop, pinned_today):
    authorization = create_authorization(
        customer,
        lines=[(photoshop, 1)],
        po_number="PO Ä-77",
        by=alice,
        day=day_of(customer, pinned_today),
    )
    customer.refresh_from_db()
    assert searchable("PO A-77") in customer.search_text
    assert searchable(authorization.number) in customer.search_text


@pytest.mark.parametrize(
    ("date", "filters"),
    [
        ("2025-01-31", ["pending"]),
        ("2025-03-02", ["pending"]),
        ("2025-03-03", ["past-due"]),
        ("2025-04-02", ["past-due"]),
        ("2026-03-02", ["past-due"]),
        ("2026-03-03", ["no-products"]),
    ],
)
def test_filters_follow_an_unordered_purchase_without_any_night(customer, buy, date, filters):
    buy("2025-01-31")
    assert filters_on(customer, dt.date.fromisoformat(date)) == filters


@pytest.mark.parametrize(
    ("date", "filters", "row"),
    [
        ("2025-02-10", [], (5, 0, 0, 5)),
        ("2025-11-02", [], (5, 0, 0, 5)),
        ("2025-11-03", ["upcoming"], (5, 0, 0, 5)),
        ("2025-12-31", ["upcoming"], (5, 0, 0, 5)),
        ("2026-01-01", ["ready"], (5, 0, 0, 5)),
        ("2026-03-02", ["ready"], (5, 0, 0, 5)),
        ("2026-03-03", ["no-products"], None),
    ],
)
def test_filters_and_licenses_follow_an_ordered_purchase(
    customer, alice, buy, set_today, date, filters, row
):
    authorization = buy("2025-01-31")
    today = set_today("2025-02-10")
    record_order(
        [authorization], number="A1", ordered_on=today, by=alice, day=day_of([authorization], today)
    )
    day = dt.date.fromisoformat(date)
    assert filters_on(customer, day) == filters
    assert licenses(customer, day) == ({"Test Photoshop": row} if row else {})


@pytest.mark.parametrize(
    ("date", "row"),
    [
        ("2025-01-31", (5, 5, 0, 0)),
        ("2025-04-01", (5, 5, 0, 0)),
        ("2025-04-02", (0, 0, 5, 0)),
        ("2026-03-02", (0, 0, 5, 0)),
        ("2026-03-03", None),
    ],
)
def test_licenses_of_an_unordered_purchase(customer, buy, date, row):
    buy("2025-01-31")
    found = licenses(customer, dt.date.fromisoformat(date))
    assert found == ({"Test Photoshop": row} if row else {})


def test_past_due_blocks_and_the_refusal_names_what_clears_it(customer, alice, buy, set_today):
    late = buy("2025-01-31")
    message = refused("past_due", buy, "2025-03-03")
    assert late.number in message
    assert "3 March 2025" in message
    today = set_today("2025-03-04")
    record_order([late], number="A1", ordered_on=today, by=alice, day=day_of([late], today))
    assert buy("2025-03-04").counts_to == dt.date(2026, 1, 31)


def test_the_last_day_it_is_due_does_not_block(buy):
    buy("2025-01-31")
    assert buy("2025-03-02").counts_to == dt.date(2026, 1, 31)


def test_lines_follow_the_catalog(customer, alice, photoshop, illustrator, pinned_today):
    direct = Product.objects.create(
        name="Direct", family="Test", offering="enterprise", by_authorization=False
    )
    school = Product.objects.create(name="School", family="Test", offering="team", segments=["EDU"])
    table = [
        ([], "no_lines"),
        ([(photoshop, 0)], "too_few"),
        ([(illustrator, 1)], "too_few"),
        ([(photoshop, 10_001)], "too_many"),
        ([(photoshop, 1), (photoshop, 2)], "twice"),
        ([(direct, 1)], "order_directly"),
        ([(school, 1)], "not_available"),
        ([(photoshop, 1)] * 500, "too_many_lines"),
    ]
    for lines, code in table:
        refused(
            code,
            create_authorization,
            customer,
            lines=lines,
            po_number="",
            by=alice,
            day=day_of(customer, pinned_today),
        )
    assert not PurchaseAuthorization.objects.exists()
    assert not Email.objects.exists()

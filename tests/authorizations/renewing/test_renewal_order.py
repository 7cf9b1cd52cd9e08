"""Record a renewal order of one customer: the dialog, and what it leads to."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest

from authorizations.models import DroppedRenewal, Order, OrderLine, Product, Unit
from tests.authorizations.pages import page, words
from tests.each import each
from tests.personas import day_of

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}


def address(customer) -> str:
    return f"{customer.get_absolute_url()}renewal/"


def shown_form(client, customer, **query) -> dict[str, str]:
    """Return what the dialog sends when nothing is changed: its fields and their values."""
    html = page(client.get(address(customer), query))
    fields = re.findall(r"<input[^>]*>", html.split("<main", 1)[1])
    named = [
        (re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in fields
    ]
    sent = {name[1]: value[1] if value else "" for name, value in named if name}
    for name in ("csrfmiddlewaretoken", "completes"):
        sent.pop(name, None)
    return sent


def filled(client, customer, **changes) -> dict[str, object]:
    return shown_form(client, customer) | {"number": "4711"} | changes


def renewed() -> list[tuple[str, int, dt.date]]:
    rows = OrderLine.objects.filter(renews_on__isnull=False).select_related("product")
    return [(row.product.name, row.quantity, row.counts_to) for row in rows]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "dialog"])
def test_the_dialog_names_the_days_and_fills_in_what_is_left(
    login, alice, customer, own, photoshop, headers
):
    own(customer, quantity=7)
    shown = page(login(alice).get(address(customer), **headers))
    assert (
        "Anniversary date 20 Mar 2026 · renewal orders dated 18 Feb 2026 to 19 Apr 2026"
        " · what is not renewed is removed on 20 Apr 2026"
    ) in shown
    assert f'name="renew_{photoshop.pk}" value="7"' in shown
    assert 'value="2026-03-02" min="2026-02-18" max="2026-03-02"' in shown


def test_what_is_left_is_renewed_as_it_was_filled_in(login, alice, customer, own):
    own(customer, quantity=7)
    client = login(alice)
    response = client.post(address(customer), filled(client, customer), follow=True)
    assert renewed() == [("Test Photoshop", 7, dt.date(2027, 3, 20))]
    assert (
        "Renewal order 4711 is recorded for Summit Design: 7 licenses until 20 March 2027;"
        " everything is renewed."
    ) in words(response)


def test_a_part_is_renewed_and_the_rest_is_told(login, alice, customer, own, photoshop):
    own(customer, quantity=12)
    client = login(alice)
    sent = filled(client, customer, **{f"renew_{photoshop.pk}": "10"})
    response = client.post(address(customer), sent, follow=True)
    assert "10 licenses until 20 March 2027; 2 are left to renew until 19 April 2026." in words(
        response
    )
    assert shown_form(client, customer)[f"renew_{photoshop.pk}"] == "2"


def test_more_and_another_product_are_renewed_and_blank_and_zero_are_not(
    login, alice, customer, own, photoshop, illustrator, acrobat
):
    own(customer, quantity=5)
    own(customer, quantity=4, product=illustrator)
    client = login(alice)
    sent = filled(
        client,
        customer,
        **{f"renew_{photoshop.pk}": "8", f"renew_{illustrator.pk}": " 0 "},
        product=[str(acrobat.pk), ""],
        quantity=["3", ""],
    )
    assert client.post(address(customer), sent).status_code == 302
    assert [row[:2] for row in renewed()] == [("Test Photoshop", 8), ("Test Acrobat", 3)]


def test_the_tick_names_what_is_dropped_before_it_drops_it(
    login, alice, customer, own, photoshop, illustrator
):
    own(customer, quantity=5)
    own(customer, quantity=4, product=illustrator)
    client = login(alice)
    sent = filled(
        client,
        customer,
        completes="on",
        **{f"renew_{photoshop.pk}": "3", f"renew_{illustrator.pk}": ""},
    )
    asked = client.post(address(customer), sent)
    assert asked.status_code == 422 and Order.objects.filter(number="4711").count() == 0
    named = "4 × Test Illustrator, 2 × Test Photoshop"
    assert f"removed after 19 April 2026: {named}" in words(asked)
    changed = client.post(address(customer), sent | {"drops": named, f"renew_{photoshop.pk}": "1"})
    assert changed.status_code == 422 and "4 × Test Photoshop" in words(changed)
    response = client.post(address(customer), sent | {"drops": named}, follow=True)
    assert "the renewal is complete" in words(response)
    dropped = DroppedRenewal.objects.values_list("product__name", "quantity")
    assert sorted(dropped) == [("Test Illustrator", 4), ("Test Photoshop", 2)]


@each("button", ["add", "remove"])
def test_buttons_that_change_the_lines_keep_what_was_typed_and_record_nothing(
    login, alice, customer, own, photoshop, illustrator, button
):
    own(customer)
    client = login(alice)
    sent = filled(client, customer, completes="on", number="", **{f"renew_{photoshop.pk}": "x"})
    lines = {"product": [str(illustrator.pk)], "quantity": ["9"]}
    response = client.post(address(customer), sent | lines | {button: "0"})
    shown = page(response)
    assert response.status_code == 200 and not Order.objects.filter(number="4711").exists()
    assert f'name="renew_{photoshop.pk}" value="x"' in shown
    assert re.search(r'<input[^>]*name="completes"[^>]* checked', shown)
    assert shown.count('class="pa-line"') == {"add": 2, "remove": 0}[button]


@each(
    ("field", "typed", "said"),
    [
        ("number", " ", "Enter the order number."),
        ("number", "O" * 36, "Use at most 35 characters"),
        ("ordered_on", "", "Enter the order date."),
        ("renew", "some", "Use digits only"),
        ("renew", "10001", "at most 10000"),
        ("renew", "-1", "Use digits only"),
        ("renew", "0", "Enter how many licenses of at least one product are renewed."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    login, alice, customer, own, photoshop, field, typed, said
):
    own(customer)
    client = login(alice)
    name = f"renew_{photoshop.pk}" if field == "renew" else field
    response = client.post(address(customer), filled(client, customer, **{name: typed}))
    assert response.status_code == 422 and said in words(response)
    assert renewed() == []


def test_neither_consumables_nor_what_is_not_sold_to_the_customer_is_offered(
    login, alice, customer, own
):
    own(customer)
    packs = Product.objects.create(
        name="Test Packs",
        family="Test",
        offering="team",
        unit=Unit.CONSUMABLES[0],
        by_authorization=False,
    )
    client = login(alice)
    assert "Test Packs" not in page(client.post(address(customer), {"add": "1"}))
    sent = filled(client, customer, product=[str(packs.pk)], quantity=["1"])
    assert "Choose a product from the list." in words(client.post(address(customer), sent))


@each(
    ("today", "status", "said"),
    [
        ("2026-02-17", "outside", "The renewal window of Summit Design opens on 18 February 2026."),
        ("2026-02-18", "open", ""),
        ("2026-04-19", "open", ""),
        ("2026-04-20", "outside", "The renewal window of Summit Design opens on 18 February 2027."),
    ],
)
def test_outside_the_window_the_dialog_says_when_it_opens(
    login, alice, customer, own, set_today, today, status, said
):
    own(customer)
    set_today(today)
    shown = words(login(alice).get(address(customer)))
    assert (said in shown) and ("Order number" in shown) == (status == "open")
    if said:
        assert "More licenses can be had by purchase authorization until then." in shown


def test_an_order_of_an_earlier_window_is_recorded_by_its_date(
    login, alice, customer, own, set_today
):
    own(customer, quantity=6)
    set_today("2026-04-25")
    client = login(alice)
    sent = shown_form(client, customer, ordered_on="2026-04-10") | {"number": "4711"}
    assert sent["ordered_on"] == "2026-04-10"
    assert client.post(address(customer), sent).status_code == 302
    assert renewed() == [("Test Photoshop", 6, dt.date(2027, 3, 20))]


@each("date", ["2026-02-17", "2026-03-03", "2025-03-01"])
def test_a_date_outside_the_days_is_refused_at_its_field(login, alice, customer, own, date):
    own(customer)
    client = login(alice)
    response = client.post(address(customer), filled(client, customer, ordered_on=date))
    assert response.status_code == 422
    assert renewed() == [] and 'id="id_ordered_on_error"' in page(response)


def test_with_nothing_to_renew_a_direct_order_is_named(login, alice, customer, buy):
    buy("2025-03-20")
    shown = words(login(alice).get(address(customer)))
    assert "Summit Design has nothing to renew" in shown and "Record a direct order" in shown


def test_while_past_due_it_is_recorded_with_a_warning(login, alice, customer, own, buy):
    own(customer)
    late = buy("2025-12-20")
    client = login(alice)
    shown = words(client.get(address(customer)))
    assert late.number in shown and "The renewal order can be recorded all the same." in shown
    assert client.post(address(customer), filled(client, customer)).status_code == 302
    assert len(renewed()) == 1


def test_a_number_that_is_taken_is_refused_at_its_field(login, alice, customer, own):
    order = own(customer)
    client = login(alice)
    response = client.post(address(customer), filled(client, customer, number=order.number.lower()))
    assert response.status_code == 422 and "is recorded already" in words(response)


def test_the_same_form_sent_twice_records_once(login, alice, customer, own):
    own(customer)
    client = login(alice)
    sent = filled(client, customer)
    answers = [client.post(address(customer), sent).status_code for _ in range(2)]
    assert answers == [302, 302] and len(renewed()) == 1


def test_what_a_colleague_has_recorded_meanwhile_is_not_renewed_again(
    login, alice, ada, customer, own, photoshop
):
    own(customer, quantity=10)
    mine, hers = login(alice), login(ada)
    sent = filled(mine, customer)
    other = filled(hers, customer, number="4712", **{f"renew_{photoshop.pk}": "6"})
    assert hers.post(address(customer), other).status_code == 302
    response = mine.post(address(customer), sent)
    assert response.status_code == 409
    assert "What is left to renew has changed in the meantime: Summit Design." in words(response)
    assert f'name="renew_{photoshop.pk}" value="4"' in page(response)
    assert 'value="4711"' in page(response)
    assert [row[:2] for row in renewed()] == [("Test Photoshop", 6)]
    again = filled(mine, customer, key=str(uuid.uuid4()))
    assert mine.post(address(customer), again).status_code == 302
    assert [row[1] for row in renewed()] == [6, 4]


@each(
    ("today", "head", "section"),
    [("2026-02-17", False, True), ("2026-02-18", True, False)],
)
def test_the_details_page_leads_to_it_where_something_is_to_renew(
    login, alice, bob, customer, own, set_today, today, head, section
):
    own(customer)
    set_today(today)
    shown = page(login(alice).get(customer.get_absolute_url()))
    before, after = shown.split('id="products-heading"')
    link = f'href="{address(customer)}"'
    assert ((link in before), (link in after)) == (head, section)
    assert link not in page(login(bob).get(customer.get_absolute_url()))


def test_the_next_term_needs_another_order(login, alice, customer, own, set_today):
    own(customer)
    client = login(alice)
    client.post(address(customer), filled(client, customer))
    set_today("2026-03-21")
    assert day_of(customer).today == dt.date(2026, 3, 21)
    assert shown_form(client, customer)["ordered_on"] == "2026-03-21"

"""Record an order without a PA: lines of the whole catalog, its term, and whom it is for."""

from __future__ import annotations

import uuid

import pytest
from django.utils import timezone

from authorizations.models import Order, PurchaseAuthorization
from tests.authorizations.pages import page, words
from tests.each import each

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}


@pytest.fixture
def path(path_to):
    return path_to("orders/new/")


def form(*lines: tuple[object, str], **more: object) -> dict[str, object]:
    """Return the dialog as a browser sends it, with these lines of product and number."""
    return {
        "key": str(uuid.uuid4()),
        "number": "4711",
        "ordered_on": "2026-03-02",
        "product": [str(getattr(product, "pk", product)) for product, _ in lines],
        "quantity": [number for _, number in lines],
    } | more


def form_in(shown: str) -> str:
    """Return the dialog's own form, without what surrounds it on a page."""
    return shown.split("novalidate")[1].split("</form>")[0]


def said(client, response) -> str:
    """Return the page the answer leads to, as it is read."""
    return words(client.get(response["Location"]))


def test_products_by_pa_and_others_are_ordered_together(login, alice, path, photoshop, acrobat):
    client = login(alice)
    response = client.post(path, form((acrobat, "4"), (photoshop, "3")))
    order = Order.objects.get()
    assert [(line.product, line.quantity) for line in order.lines.all()] == [
        (acrobat, 4),
        (photoshop, 3),
    ]
    assert (order.number, order.recorded_by) == ("4711", alice)
    assert not PurchaseAuthorization.objects.exists()
    assert "Order 4711 is recorded: 7 licenses until 1 March 2027." in said(client, response)


@each(
    ("dated", "gives"),
    [
        ("2026-02-20", "7 licenses until 9 March 2026."),
        ("2025-03-10", "7 licenses until 9 March 2026."),
        ("2025-03-09", "its term ended on 9 March 2025, so it gives no licenses."),
    ],
)
def test_the_message_says_which_term_the_date_counts_to(
    login, alice, path, customer, acrobat, dated, gives
):
    type(customer).objects.filter(pk=customer.pk).update(
        anniversary_on="2026-03-10", first_anniversary_on="2026-03-10", anniversary_day=10
    )
    client = login(alice)
    response = client.post(path, form((acrobat, "7"), ordered_on=dated))
    assert f"Order 4711 is recorded: {gives}" in said(client, response)


def test_a_term_that_is_over_but_whose_licenses_still_work_is_told(
    login, alice, path, customer, acrobat
):
    type(customer).objects.filter(pk=customer.pk).update(
        anniversary_on="2026-02-10", first_anniversary_on="2026-02-10", anniversary_day=10
    )
    client = login(alice)
    response = client.post(path, form((acrobat, "1"), ordered_on="2026-02-09"))
    assert (
        "Order 4711 is recorded: 1 license; the term ended on 9 February 2026, they work until"
        " 12 March 2026."
    ) in said(client, response)


def test_while_the_customer_is_past_due_it_warns_and_records(
    login, alice, path, acrobat, buy, customer
):
    pa = buy("2026-01-05")
    client = login(alice)
    shown = words(client.get(path))
    assert f"Past due: {pa.customer.name}. {pa.number} has been past due since 5 February" in shown
    assert "can be recorded all the same" in shown
    assert client.post(path, form((acrobat, "1"))).status_code == 302
    assert Order.objects.get().lines.get().customer == customer


def test_for_a_withdrawn_customer_it_hints_and_records(login, alice, path, customer, acrobat):
    type(customer).objects.filter(pk=customer.pk).update(withdrawn_at=timezone.now())
    client = login(alice)
    assert "The invitation was withdrawn, so nobody is notified." in words(client.get(path))
    assert client.post(path, form((acrobat, "1"))).status_code == 302
    assert Order.objects.exists()


def test_without_a_reason_nothing_is_warned_of(login, alice, path):
    shown = page(login(alice).get(path))
    assert "notice-warning" not in shown and "withdrawn" not in shown


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "dialog"])
def test_plus_and_remove_keep_everything_and_judge_nothing(
    login, alice, path, photoshop, acrobat, headers
):
    client = login(alice)
    sent = form((photoshop, "1e3"), (acrobat, "7002"), number="A 1", ordered_on="2026-02-28")
    more = page(client.post(path, sent | {"add": "1"}, **headers))
    assert more.count('name="quantity"') == 3 and 'value="1e3"' in more
    assert 'value="A 1"' in more and 'value="2026-02-28"' in more
    assert f'value="{sent["key"]}"' in more and "aria-invalid" not in more
    fewer = page(client.post(path, sent | {"remove": "0"}, **headers))
    # With its quotes: the key of the form, of random hex digits, may hold the bare text.
    assert 'value="1e3"' not in fewer and 'value="7002"' in fewer
    assert [main.count("autofocus") for main in map(form_in, (more, fewer))] == [1, 1]
    assert not Order.objects.exists()


@each(
    ("changes", "sentence"),
    [
        ({"number": ""}, "Enter the order number."),
        ({"ordered_on": ""}, "Enter the order date."),
        ({"ordered_on": "2026-03-03"}, "The order date cannot be after today, 2 March 2026."),
        ({"quantity": ["0"]}, "At least 1 license."),
        ({"quantity": ["200001"]}, "Test Acrobat: at most 200000."),
        ({"product": [""]}, "Choose a product."),
        ({"product": ["999999"]}, "Choose a product from the list."),
        ({"product": [], "quantity": []}, "Choose a product."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_recorded(
    login, alice, path, acrobat, changes, sentence
):
    response = login(alice).post(path, form((acrobat, "1"), **changes))
    assert response.status_code == 422
    assert sentence in words(response)
    assert not Order.objects.exists()


def test_a_product_twice_points_to_its_first_line(login, alice, path, acrobat):
    response = login(alice).post(path, form((acrobat, "1"), (acrobat, "2")))
    assert "Test Acrobat is on line 1 already" in words(response)


def test_an_order_has_at_most_499_lines(login, alice, path, acrobat):
    response = login(alice).post(path, form(*[(acrobat, "1")] * 500))
    assert "An order has at most 499 lines; these were 500." in words(response)


def test_a_number_that_is_recorded_already_is_refused_at_its_field(
    login, alice, path, acrobat, photoshop
):
    client = login(alice)
    client.post(path, form((acrobat, "1")))
    response = client.post(path, form((photoshop, "1")))
    assert response.status_code == 422
    assert "Order 4711 is recorded already." in words(response)
    assert Order.objects.count() == 1


def test_the_same_form_sent_twice_records_one_order(login, alice, path, acrobat):
    client, sent = login(alice), form((acrobat, "1"))
    assert [client.post(path, sent).status_code for _ in range(2)] == [302, 302]
    assert Order.objects.count() == 1


def test_what_the_customer_is_not_sold_is_not_offered(login, alice, path, acrobat):
    acrobat.segments = ["EDU"]
    acrobat.save()
    client = login(alice)
    assert "Test Acrobat" not in page(client.get(path))
    assert client.post(path, form((acrobat, "1"))).status_code == 422


@pytest.mark.parametrize("withdrawn", [False, True], ids=["invited", "withdrawn"])
def test_the_details_page_leads_there(login, alice, bob, path, customer, withdrawn):
    if withdrawn:
        type(customer).objects.filter(pk=customer.pk).update(withdrawn_at=timezone.now())
    assert f'href="{path}"' in page(login(alice).get(customer.get_absolute_url()))
    assert f'href="{path}"' not in page(login(bob).get(customer.get_absolute_url()))


def test_the_dialog_of_a_pa_leads_there_from_what_is_ordered_directly(
    login, alice, path, path_to, acrobat
):
    assert f'href="{path}"' in page(login(alice).get(path_to("authorizations/new/")))

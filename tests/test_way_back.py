"""After a dialog: back to the list it was opened from, with filter, search and place."""

from __future__ import annotations

import re
import uuid
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import RequestFactory

from authorizations.actions.create import create_authorization
from authorizations.models import Product, PurchaseAuthorization
from reseller_console.lib.way_back import way_back
from tests.customers.forms import page
from tests.each import each
from tests.personas import day_of

LIST = "/customers/?filter=no-products&q=tahe&mine=1"
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}
HOST = "http://testserver"
AS_LONG_AS_CAN_BE = "/orders/?q=" + "x" * (2_000 - len("/orders/?q="))


@pytest.fixture
def pending(customer, alice, pinned_today):
    """A PA of five licenses."""
    product = Product.objects.filter(offering="team", by_authorization=True)[0]
    day = day_of(customer, pinned_today)
    return create_authorization(customer, lines=[(product, 5)], po_number="", by=alice, day=day)


@each(
    ("address", "found"),
    [
        (LIST, LIST),
        ("/customers/", "/customers/"),
        ("/orders/?show=overdue&page=last", "/orders/?show=overdue&page=last"),
        ("/customers/returned/?mine=1", "/customers/returned/?mine=1"),
        (
            "/member/0123456789ABCDEF0123/people/?q=ann",
            "/member/0123456789ABCDEF0123/people/?q=ann",
        ),
        (f"{HOST}{LIST}", LIST),
        # A dialog's own page leads on to where that one came from.
        (f"/customers/new/?{urlencode({'back': LIST})}", LIST),
        (f"/customers/new/?{urlencode({'back': '/customers/new/?back=/orders/'})}", ""),
        ("/customers/new/", ""),
        ("/admin/", ""),
        ("/accounts/logout/", ""),
        ("/nowhere/", ""),
        ("orders", ""),
        ("", ""),
        ("https://evil.example/orders/", ""),
        ("//evil.example/orders/", ""),
        ("http://testserver:81/orders/", ""),
        ("/\\evil.example/", ""),
        ("http://[", ""),
        ("/orders/\r\nX-Evil: 1", ""),
        ("/orders/?q=" + "x" * 3_000, ""),
        (AS_LONG_AS_CAN_BE, AS_LONG_AS_CAN_BE),
        (AS_LONG_AS_CAN_BE + "x", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_only_lists_of_our_own_are_led_back_to(address, found):
    make = RequestFactory()
    given = {"HTTP_HX_CURRENT_URL": address}, {"HTTP_REFERER": address}
    requests = [
        make.get("/x/", {"back": address}),
        *(make.get("/x/", **header) for header in given),
    ]
    assert [way_back(request) for request in requests] == [found] * 3


def test_a_query_is_never_more_than_a_query():
    request = RequestFactory().get("/x/", {"back": "/orders/?q=\r\nSet-Cookie: a=b"})
    assert "\n" not in way_back(request)


@pytest.mark.parametrize("scripts", [True, False])
def test_resending_leads_back_to_the_list(login, alice, customer, scripts):
    client = login(alice)
    path = f"{customer.get_absolute_url()}invitation/resend/"
    opened_from = (
        {"HTTP_HX_CURRENT_URL": HOST + LIST, **HTMX} if scripts else {"HTTP_REFERER": HOST + LIST}
    )
    dialog = page(client.get(path, **opened_from))
    action = unescape(re.search(r'action="(/customers/[^"]+)"', dialog)[1])
    assert action == f"{path}?{urlencode({'back': LIST})}"
    assert f'href="{LIST.replace("&", "&amp;")}"' in dialog
    sent = client.post(action, {"key": str(uuid.uuid4())}, **(HTMX if scripts else {}))
    assert sent.headers.get("HX-Redirect" if scripts else "Location") == LIST


def test_a_form_that_was_wrong_still_leads_back(login, alice, customer, pending):
    client = login(alice)
    path = f"{pending.get_absolute_url()}order/?{urlencode({'back': LIST})}"
    fields = {
        "key": str(uuid.uuid4()),
        "ordered_on": "2026-03-02",
        "authorizations": [pending.number],
    }
    wrong = client.post(path, fields | {"number": ""}, HTTP_REFERER=HOST + path)
    assert wrong.status_code == 422 and urlencode({"back": LIST}) in page(wrong)
    assert client.post(path, fields | {"number": "7"})["Location"] == LIST


def test_a_pa_made_from_a_list_is_named_on_the_list_with_what_comes_next(login, alice, customer):
    client = login(alice)
    product = Product.objects.filter(offering="team", by_authorization=True)[0]
    path = f"{customer.get_absolute_url()}authorizations/new/?{urlencode({'back': '/customers/'})}"
    fields = {"key": str(uuid.uuid4()), "product": product.pk, "quantity": "5", "po_number": ""}
    answer = client.post(path, fields)
    assert answer["Location"] == "/customers/"
    made, shown = PurchaseAuthorization.objects.get(), page(client.get("/customers/"))
    link = f'<a href="{customer.get_absolute_url()}?created={made.number}">{made.number}</a>'
    assert (
        f"{link} for {customer.name} was created. Order it for 12 months by 1 April 2026." in shown
    )


def test_the_customers_own_page_is_led_back_to_as_before(login, alice, customer):
    path = f"{customer.get_absolute_url()}invitation/resend/"
    sent = login(alice).post(
        path, {"key": str(uuid.uuid4())}, HTTP_REFERER=HOST + customer.get_absolute_url()
    )
    assert sent["Location"] == customer.get_absolute_url()

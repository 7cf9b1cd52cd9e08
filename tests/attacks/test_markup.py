"""X11, X12: what people typed is text wherever it is shown, and never markup.

The forms refuse `<` and `>` in names; here the database holds them all the same, as if an
import or a later door had let them in.
"""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser

import pytest

from authorizations.actions.create import create_authorization
from authorizations.models import Product
from customers.admins.links import path_for
from notifications import rendering
from notifications.models import Email
from tests.personas import day_of

EVIL = (
    "\"><img src=x onerror=alert(1)><b hx-get=/evil hx-trigger=load>'{{ 7|add:7 }}</title></script>"
)
SHORT = '"><i hx-get=/x>{{ 1 }}'


class Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def inert(page: str) -> bool:
    """Whether nothing that was typed has become a tag or an attribute."""
    for _tag, attributes in Tags(page).seen:
        if attributes.get("src") == "x":
            return False
        if attributes.get("hx-get") in {"/evil", "/x"}:
            return False
        if any(name.startswith("on") for name in attributes):
            return False
    return ">14<" not in page and "alert(1)>" not in page.replace("&gt;", "")


@pytest.fixture
def evil_customer(make_customer, alice, ada, pinned_today):
    """A customer whose every word is an attack, with a PA and its emails."""
    alice.name = EVIL
    alice.save(update_fields=["name"])
    customer = make_customer(
        name=EVIL,
        city=SHORT,
        address_1=SHORT,
        contact_first_name=SHORT,
        contact_last_name=SHORT,
        contact_email='"><b hx-get=/evil>@x.example',
    )
    product = Product.objects.filter(offering="team", by_authorization=True)[0]
    create_authorization(
        customer,
        lines=[(product, max(product.minimum_quantity, 2))],
        po_number=SHORT,
        by=alice,
        day=day_of(customer, pinned_today),
    )
    return customer


def test_x11_pages_of_colleagues_show_it_as_text(evil_customer, login, ada):
    client = login(ada)
    base = f"/customers/{evil_customer.vip_id}/"
    number = evil_customer.authorizations.get().number
    pages = [
        "/customers/",
        "/customers/?q=img",
        f"/customers/?q={EVIL}",
        base,
        f"{base}authorizations/new/",
        f"{base}authorizations/{number}/cancellation/",
        f"{base}authorizations/{number}/order/",
        f"{base}invitation/resend/",
        f"{base}invitation/withdrawal/",
        f"{base}manager/",
        f"{base}offerings/",
        "/team/",
        "/help/",
    ]
    for page in pages:
        for headers in ({}, {"HX-Request": "true", "HX-Target": "dialog"}):
            answer = client.get(page, headers=headers)
            assert answer.status_code == 200, page
            assert inert(answer.text), page


def test_x11_the_admin_and_the_mailbox_show_it_as_text(evil_customer, login, ops, settings):
    settings.MAIL_PROVIDER = "mailbox"
    client = login(ops)
    email = Email.objects.latest("pk")
    pages = [
        "/admin/customers/customer/",
        f"/admin/customers/customer/{evil_customer.pk}/change/",
        "/admin/authorizations/purchaseauthorization/",
        "/admin/notifications/email/",
        f"/admin/notifications/email/{email.pk}/change/",
        "/admin/customers/customerevent/",
        "/admin/accounts/user/",
        "/mailbox/",
        f"/mailbox/{email.pk}/",
        f"/mailbox/{email.pk}/html/",
    ]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert inert(answer.text), page


def test_x11_emails_hold_it_as_text(evil_customer):
    for email in Email.objects.all():
        written = rendering.write(email)
        assert inert(written.html)
        assert "\n" not in written.subject
        assert "{{ 7|add:7 }}" in written.text, "a name is never a template"


def test_x11_the_landing_page_shows_it_as_text(evil_customer, client):
    answer = client.get(path_for(evil_customer.vip_id, 1), follow=True)
    assert answer.status_code == 200
    assert inert(answer.text)


def test_x19_the_file_keeps_it_in_its_cell(evil_customer, login, alice):
    text = login(alice).get("/customers/export.csv").getvalue().decode("utf-8-sig")
    heads, row = list(csv.reader(io.StringIO(text)))
    assert len(heads) == len(row)
    assert row[1].lstrip("'") == EVIL


def test_x13_a_refused_form_repeats_what_was_typed_as_text(login, alice, customer):
    client = login(alice)
    answer = client.post(f"/customers/{customer.vip_id}/authorizations/new/", {"po_number": EVIL})
    assert answer.status_code == 422
    assert inert(answer.text)
    assert "&lt;img src=x" in answer.text

"""C35, C36, C38: what people, programs and cats on keyboards send, through the real pages."""

from __future__ import annotations

import time
import uuid

import pytest

from authorizations.models import Product, PurchaseAuthorization
from customers.models import Customer
from tests.customers.forms import typed
from tests.each import each

STORED = [
    "AB1",
    "x" * 250,
    "🦊 Fox & Sons",
    "שלום עולם בע״מ",
    "شركة الأمل",
    "株式会社テスト",
    "100% _real_ \\ Co",
    "O'Neill; DROP TABLE--",
    "می‌خواهم",
    "ﬁne Ltd",
]
REFUSED = [
    "",
    "   ",
    "A",
    "AB",
    "x" * 251,
    "x" * 10_000,
    "Zero\u200bwidth",
    "Bidi\u202eoverride",
    "Nul\x00byte",
    "Line\u2028end",
    "Private\ue000use",
    "Un\U000e0fffassigned",
    "--- ***",
    "Tag<b>",
]


@each("name", STORED)
def test_c35_a_name_is_stored_as_typed_and_found_by_it(name, login, alice):
    client = login(alice)
    assert client.post("/customers/new/", typed(name=name)).status_code == 302
    assert Customer.objects.get().name == name
    assert Customer.objects.get().vip_id in client.get("/customers/", {"q": name}).text


@each("name", REFUSED)
def test_c35_a_name_is_refused_at_its_field_and_stays_there(name, login, alice):
    answer = login(alice).post("/customers/new/", typed(name=name))
    assert answer.status_code == 422
    assert answer.context["form"].errors["name"]
    assert not Customer.objects.exists()


@pytest.mark.parametrize("body", [b"name=%ED%A0%80abc", b"name=%FF%FEabc", b"name=abc%00def"])
def test_c35_bytes_that_are_no_text_never_break_the_form(body, login, alice):
    rest = "&".join(f"{k}={v}" for k, v in typed(name=None, offerings="team").items())
    answer = login(alice).generic(
        "POST",
        "/customers/new/",
        body + b"&" + rest.encode(),
        "application/x-www-form-urlencoded",
    )
    assert answer.status_code == 422
    assert not Customer.objects.exists()


@each("wildcard", ["%", "_", "\\", "%%", "a%b", "_bc", "\\%"])
def test_c35_wildcards_are_letters_like_any_other(wildcard, login, alice, make_customer):
    make_customer(name="Plain abc Ltd", contact_email="plain@abc.example")
    having = make_customer(name=f"Holds {wildcard} inside", contact_email="holds@x.example")
    text = login(alice).get("/customers/", {"q": wildcard}).text
    assert having.vip_id in text
    assert "Plain abc Ltd" not in text


@each(
    "quantity", ["0", "-1", str(10**12), "1e3", "٣", "", " ", "1.5", "+5", "0x5", "५", "1 000", "²"]
)
def test_c36_a_quantity_is_a_plain_number_within_its_limits(quantity, login, alice, customer):
    product = Product.objects.filter(offering="team", by_authorization=True)[0]
    path = f"{customer.get_absolute_url()}authorizations/new/"
    fields = {"key": str(uuid.uuid4()), "po_number": "keep me"}
    answer = login(alice).post(path, fields | {"product": product.pk, "quantity": quantity})
    assert answer.status_code == 422
    assert "keep me" in answer.text, "nothing typed is lost"
    assert not PurchaseAuthorization.objects.exists()


@pytest.mark.parametrize("lines", [0, 500, 999])
def test_c36_no_lines_and_too_many_are_refused(lines, login, alice, customer):
    product = Product.objects.filter(offering="team", by_authorization=True)[0]
    path = f"{customer.get_absolute_url()}authorizations/new/"
    fields = {"key": str(uuid.uuid4()), "po_number": ""}
    answer = login(alice).post(
        path, fields | {"product": [product.pk] * lines, "quantity": ["5"] * lines}
    )
    assert answer.status_code == 422
    assert lines == 0 or "499" in answer.text, "the limit is said"
    assert not PurchaseAuthorization.objects.exists()


@each(
    "query",
    [
        "show=nonsense",
        "show=pending&show=past-due",
        "q=" + "x" * 10_000,
        "q=" + "%25_" * 500,
        "q=ab",
        "sort=__class__",
        "after=x&before=y&page=last",
        "mine=yes&mine=1&mine=0",
    ],
)
def test_c38_the_list_answers_strange_questions_in_bounded_time(query, login, alice, customer):
    client = login(alice)
    client.get("/customers/")
    began = time.perf_counter()
    assert client.get(f"/customers/?{query}").status_code == 200
    assert time.perf_counter() - began < 3

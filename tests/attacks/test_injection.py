"""X09, X10, X13, X40: hostile text in every parameter and field: no 500, nothing interpreted."""

from __future__ import annotations

import uuid
from urllib.parse import quote

import pytest

from authorizations.actions.create import create_authorization
from authorizations.models import Product
from tests.customers.forms import typed
from tests.each import each
from tests.personas import day_of

HOSTILE = [
    "'",
    '"',
    "';DROP TABLE customers_customer;--",
    "1' OR '1'='1",
    "\\",
    "%",
    "%_%_%_%_%_%_%_%_%_%_%_%",
    "__regex",
    "name__regex=.*",
    "_connector",
    "-name_sort,id",
    "managed_by.password",
    "?",
    "\x00",
    "a\x00b",
    "\x01\x08\x0b\x1f\x7f",
    "\r\nSet-Cookie: a=b",
    "\u202e\u2066\u200b\ufeff",
    "\ud83d\ude00",
    "\U0010ffff",
    "((((((((((a+)+)+)+)+)+)+)+)+)+$",
    "[" * 200,
    "{{ 7*7 }}{% debug %}",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "//evil.example/",
    "../../../etc/passwd",
    "9" * 400,
    "-1",
    "1e309",
    "NaN",
    "0x10",
    "٣",
    "x" * 4000,
    "W10=",
    "eyJhIjoxfQ",
    "eyJhIjoxfQ:1abc:xyz",
]
# The shorter list, for where the same code reads many fields.
NASTY = [
    "'",
    "\\",
    "%",
    "\x00",
    "\x0b\r\n",
    "\u202e",
    "\U0010ffff",
    '"><img src=x>',
    "9" * 400,
    "٣",
]
RAW = ["%00", "%ff%fe", "%ed%a0%80", "%c0%af", "a%0d%0ab", "%", "%zz", "%e2%80%ae"]
MARKUP = ("<script>alert(1)", "<img src=x", "{{ 7*7 }}</", "onerror=alert(1)>")


def parameters() -> dict[str, list[str]]:
    """Return the pages that read their address, and what they read."""
    return {
        "/customers/": ["show", "mine", "q", "sort", "after", "before", "page", "unknown"],
        "/customers/export.csv": ["show", "mine", "q", "sort", "after"],
        "/customers/export.xlsx": ["show", "mine", "q", "sort", "after"],
        "/customers/manager/": ["customer"],
        "/team/": ["events", "before"],
        "{details}": ["history", "activity", "created"],
        "/accounts/login/": ["next"],
        "/accounts/logout/": ["next"],
        "/help/": ["page"],
    }


@pytest.fixture
def details(customer):
    return f"/customers/{customer.vip_id}/"


def fine(answer) -> bool:
    """Whether an answer is one a person can live with; its text must be inert."""
    content = answer.getvalue().decode(errors="replace") if answer.streaming else answer.text
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        assert not any(markup in content for markup in MARKUP)
    return answer.status_code < 500


@pytest.mark.parametrize("path", parameters())
def test_x09_hostile_parameters_break_no_page(path, login, ada, details):
    client = login(ada)
    path = path.format(details=details)
    for name in parameters().get(path, ["history", "activity", "created"]):
        texts = HOSTILE if name in {"q", "after", "next"} else NASTY
        for value in [quote(text, errors="surrogatepass") for text in texts] + RAW:
            address = f"{path}?{name}={value}"
            assert fine(client.get(address)), address[:200]
        twice = f"{path}?{name}=a&{name}=b&{name}[]=c&{name}[x]=d"
        assert fine(client.get(twice)), twice


@pytest.mark.parametrize("path", ["/mailbox/", "/admin/customers/customer/", "/admin/"])
def test_x09_hostile_parameters_break_no_page_of_ops(path, login, ops, customer, settings):
    settings.MAIL_PROVIDER = "mailbox"
    client = login(ops)
    ours, djangos = ("q", "after", "before", "page"), ("p", "o", "e", "_to_field")
    for name in (*ours, *djangos, "reseller__id__exact", "x__y"):
        for value in [quote(text, errors="surrogatepass") for text in NASTY] + RAW[:4]:
            address = f"{path}?{name}={value}"
            answer = client.get(address)
            assert answer.status_code < 500, address[:200]


@pytest.mark.parametrize(
    "path",
    [
        "/customers/{}/",
        "/customers/{}/authorizations/new/",
        "/customers/0123456789ABCDEF0123/authorizations/{}/order/",
        "/customers/0123456789ABCDEF0123/orders/{}/correction/",
        "/team/{}/role/",
        "/invitations/{}/",
        "/accounts/join/{}/",
        "/accounts/password/reset/key/{}-{}/",
        "/admin/customers/customer/{}/change/",
        "/{}",
    ],
)
def test_x13_hostile_addresses_lead_nowhere_and_are_not_repeated(path, login, ada):
    client = login(ada)
    for value in [*map(quote, ["'", "%00", "<script>alert(1)", "x" * 3000, "☃"]), *RAW]:
        answer = client.get(path.format(value, value))
        assert fine(answer), value
        assert answer.status_code in {200, 301, 302, 400, 403, 404}, value


def test_ids_beyond_every_number_lead_nowhere(login, ada, details):
    client = login(ada)
    for number in ("9" * 18, "9" * 19, "9" * 40, "0"):
        assert client.get(f"{details}orders/{number}/correction/").status_code == 404
        assert client.get(f"/team/{number}/role/").status_code == 404


@pytest.mark.parametrize("field", sorted(typed()))
def test_x09_hostile_text_in_a_field_of_the_invitation_breaks_nothing(field, login, alice):
    client = login(alice)
    for text in NASTY:
        for step, go in (("details", "next"), ("confirm", "invite")):
            fields = typed(step=step, go=go) | {field: sendable(text)}
            answer = client.post("/customers/new/", fields)
            assert fine(answer), (field, text)


@each("field", ["product", "quantity", "po_number", "key", "add", "remove"])
def test_x09_hostile_text_in_a_field_of_a_pa_breaks_nothing(field, login, alice, details):
    client = login(alice)
    product = Product.objects.filter(offering="team", by_authorization=True)[0]
    usual = {"key": str(uuid.uuid4()), "product": product.pk, "quantity": "x", "po_number": ""}
    for text in NASTY:
        answer = client.post(f"{details}authorizations/new/", usual | {field: sendable(text)})
        assert fine(answer), (field, text)


@pytest.mark.parametrize("field", ["number", "ordered_on", "authorizations", "more", "key"])
def test_x09_hostile_text_in_a_field_of_an_order_breaks_nothing(
    field, login, alice, customer, details, pinned_today
):
    client = login(alice)
    product = Product.objects.filter(offering="team", by_authorization=True)[0]
    lines = [(product, max(product.minimum_quantity, 1))]
    pa = create_authorization(
        customer, lines=lines, po_number="", by=alice, day=day_of(customer, pinned_today)
    )
    usual = {"key": str(uuid.uuid4()), "ordered_on": "nonsense", "number": "1"}
    for text in NASTY:
        path = f"{details}authorizations/{pa.number}/order/"
        assert fine(client.post(path, usual | {field: sendable(text)})), (field, text)


@each("field", ["addresses", "role", "to", "customers", "colleague", "successor"])
def test_x09_hostile_text_in_a_field_of_the_team_breaks_nothing(field, login, ada, bob, customer):
    client = login(ada)
    paths = ["/team/new/", "/team/primary/", f"/team/{bob.pk}/role/", "/customers/manager/"]
    paths += [f"/team/{bob.pk}/deactivation/", f"/customers/{customer.vip_id}/manager/"]
    for path in paths:
        for text in NASTY:
            fields = {"key": "not-a-key", "addresses": "x", "role": "x"} | {field: sendable(text)}
            assert fine(client.post(path, fields)), (path, field, text)


@pytest.mark.parametrize("field", ["login", "password", "email", "next"])
def test_x09_hostile_text_at_the_sign_in_breaks_nothing(field, client, db):
    for path in ("/accounts/login/", "/accounts/password/reset/"):
        for text in NASTY:
            usual = {"login": "a@b.example", "password": "x", "email": "a@b.example"}
            assert fine(client.post(path, usual | {field: sendable(text)})), (path, field, text)


@each(
    "body",
    [
        b"\xff\xfe\x00name=%ff",
        b"&".join(b"f%d=1" % number for number in range(3000)),
        b"a" + b"[x]" * 5000 + b"=1",
        b"key=1&" * 1500,
        b"",
    ],
)
@each(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-7",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x",
        "application/json",
        "text/xml; charset=nonsense",
    ],
)
def test_x40_strange_bodies_get_a_4xx(body, content_type, login, alice):
    client = login(alice)
    client.raise_request_exception = False
    answer = client.generic("POST", "/customers/new/", body, content_type)
    assert 200 <= answer.status_code < 500


def test_x40_ten_thousand_filter_values_are_read_or_refused(login, alice, customer):
    client = login(alice)
    client.raise_request_exception = False
    answer = client.get("/customers/?" + "&".join(f"show=x{n}" for n in range(10_000)))
    assert answer.status_code in {200, 400}


def sendable(text: str) -> str:
    """Return text as the test's browser can send it: pairs of surrogates as one character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

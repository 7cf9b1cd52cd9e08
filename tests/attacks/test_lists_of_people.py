"""X11, X12, X13, X19, X40: lists that come in, lists that go out, and names of people in pages."""

from __future__ import annotations

import csv
import gzip
import io
import time
import uuid
import zipfile
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from authorizations.actions.assign import assign
from authorizations.models import Assignment, Person
from tests.attacks.test_injection import NASTY, RAW, fine, sendable
from tests.attacks.test_markup import EVIL, SHORT, inert
from tests.each import each
from tests.personas import day_of

pytestmark = pytest.mark.django_db

FORMULAS = [
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("x")',
]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("people.csv", b"name,email\n" * 100_000)
    return file.getvalue()


@pytest.fixture
def send(login, mine):
    """Return a function that sends a file or a pasted list as the admin does."""
    client = login(mine.admin)
    client.raise_request_exception = False

    def post(content: bytes | str, *, go: bool = False, **fields):
        told = {"key": str(uuid.uuid4()), "product": str(mine.product.pk), "text": ""} | fields
        if go:
            told["go"] = "1"
        if isinstance(content, bytes):
            told["file"] = SimpleUploadedFile("people.csv", content, "text/csv")
        else:
            told["text"] = content
        return client.post(f"{mine.path}people/import/", told)

    return post


FILES = {
    "an image": PNG,
    "a zip": zipped(),
    "a small file that unpacks to 20 MB": gzip.compress(bytes(20_000_000), 1),
    "zeros": b"\0" * 10_000,
    "zeros between": b"name,email\nA\0nn,a\0nn@people.example\n",
    "half of UTF-16": "name,email\nAnn,ann@people.example".encode("utf-16")[:-1],
    "UTF-32": "name,email\nAnn,ann@people.example".encode("utf-32"),
    "surrogates": b"name,email\n\xed\xa0\x80,ann@people.example\n",
    "broken UTF-8": b"name,email\n\xff\xfe\xfd,ann@people.example\n",
    "a hundred thousand columns": b"email," * 100_000 + b"\nann@people.example" + b"," * 100_000,
    "a hundred thousand heads": b",".join(b"c%d" % n for n in range(100_000)) + b",email\nx\n",
    "a cell of 300 kB": b"name,email\n" + b"x" * 300_000 + b",ann@people.example\n",
    "a quote that never ends": b'name,email\n"Ann,ann@people.example\n' * 2,
    "nothing but quotes": b'"' * 200_000,
    "nothing but line ends": b"\r\n" * 400_000,
    "nothing but separators": b",;\t" * 300_000,
    "old line ends": b"name,email\rAnn,ann@people.example\rBen,ben@people.example\r",
    "blank": b"",
    "a mark and nothing": b"\xef\xbb\xbf",
    "half a mark": b"\xff\xfe",
    "a page": b"<!doctype html><script>alert(1)</script>" * 2000,
}


@each("file", FILES.values())
def test_x40_a_file_that_is_no_list_is_answered_in_bounded_time(file, send):
    began = time.perf_counter()
    answer = send(file)
    assert answer.status_code in {200, 413, 422}
    assert time.perf_counter() - began < 5
    assert len(answer.content) < 2_500_000
    assert inert(answer.text)
    assert Person.objects.count() == 1


@each("file", FILES.values())
def test_x40_the_same_file_pressed_through_gives_nothing_to_anybody_wrong(file, send):
    answer = send(file, go=True, expected="0")
    assert answer.status_code in {200, 302, 409, 413, 422}
    assert not Person.objects.filter(name__regex=r"[\x01-\x1f<>]").exists()


def test_x40_two_megabytes_are_refused_unread(send):
    assert send(b"name,email\n" + b"x" * 2_100_000).status_code == 413
    answer = send(b"name,email\n" + b"x" * 1_000_100)
    assert answer.status_code == 422 and "larger than 1 megabyte" in answer.text


@each("text", [*NASTY, *FORMULAS, EVIL, SHORT, "\u202egpj.exe", "A\u200bnn"])
@pytest.mark.parametrize("column", ["name", "address", "product", "head"])
def test_x11_hostile_cells_are_told_as_text(column, text, send):
    cells = {"head": "note", "name": "Ann", "address": "ann@people.example", "product": "x"}
    cells[column] = text
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["name", "email", "product", cells["head"]])
    writer.writerow([cells["name"], cells["address"], cells["product"], ""])
    for fields in ({}, {"product": ""}):
        answer = send(sendable(out.getvalue()), **fields)
        assert answer.status_code in {200, 422}
        assert inert(answer.text)


@pytest.mark.parametrize("field", ["expected", "product", "key", "go", "text"])
def test_x09_hostile_text_in_a_field_of_the_import_breaks_nothing(field, send):
    for text in NASTY:
        told = {field: sendable(text)}
        answer = send(
            "name,email\nAnn,ann@people.example\n", **({"go": "1", "expected": "7"} | told)
        )
        assert fine(answer), (field, text)
    assert Person.objects.count() == 1


@pytest.mark.parametrize("field", ["name", "address", "key"])
def test_x09_hostile_text_in_the_dialog_of_a_license_breaks_nothing(field, login, mine):
    client = login(mine.admin)
    path = f"{mine.path}products/{mine.product.pk}/give/"
    for text in [*NASTY, "x" * 10_000, "a@" + "b." * 5000 + "example", "@" * 5000]:
        usual = {"key": "none", "name": "Ann", "address": "ann@people.example"}
        assert fine(client.post(path, usual | {field: sendable(text)})), (field, text)


@pytest.mark.parametrize("field", ["a", "key"])
def test_x09_hostile_ids_of_licenses_take_none_back(field, login, mine):
    client = login(mine.admin)
    path = f"{mine.path}products/{mine.product.pk}/take-back/"
    for text in [*NASTY, "9" * 18, "9" * 19, "-1", "1e3", "", str(mine.given.pk) + " "]:
        assert fine(client.get(path, {field: sendable(text)})), (field, text)
        usual = {"key": str(uuid.uuid4())}
        assert fine(client.post(path, usual | {field: sendable(text)})), (field, text)
    assert Assignment.objects.held().count() == 1


def test_x40_ten_thousand_ticks_are_refused(login, mine):
    client = login(mine.admin)
    client.raise_request_exception = False
    path = f"{mine.path}products/{mine.product.pk}/take-back/"
    many = {"a": [str(n) for n in range(2_000)], "key": str(uuid.uuid4())}
    assert client.post(path, many).status_code in {409, 422}
    assert client.get(path, many).status_code == 200
    more = {"a": [str(n) for n in range(10_000)]}
    assert client.post(path, more).status_code == 400
    assert Assignment.objects.held().count() == 1


PAGES = {
    "": [],
    "requests/": ["history", "created"],
    "activity/": ["activity"],
    "people/": ["q", "after", "before", "page", "show"],
    "people/export.csv": ["q", "after", "show"],
    "people/import/": ["product"],
    "products/{product}/": ["q", "after", "before", "page", "show"],
    "products/{product}/take-back/": ["a"],
    "products/{product}/choice/": ["x"],
    "admins/": ["x"],
    "terms/": ["x"],
}


@pytest.mark.parametrize("rest", PAGES)
def test_x09_hostile_parameters_break_no_page_of_a_member(rest, login, mine):
    client = login(mine.admin)
    path = mine.path + rest.format(product=mine.product.pk)
    for name in PAGES[rest]:
        for value in [quote(text, errors="surrogatepass") for text in [*NASTY, EVIL, "W10="]] + RAW:
            address = f"{path}?{name}={value}"
            assert fine(client.get(address)), address[:200]
            assert fine(client.get(address, headers={"HX-Request": "true"})), address[:200]


@pytest.mark.parametrize("number", ["9" * 18, "9" * 19, "9" * 40, "0", "٣"])
def test_ids_beyond_every_number_lead_a_member_nowhere(number, login, mine):
    client = login(mine.admin)
    places = ["products/{}/", "products/{}/give/", "people/{}/take-back/", "admins/{}/removal/"]
    places += ["admins/invitations/{}/resend/", "terms/{}/", "products/{}/choice/"]
    for place in places:
        for method in (client.get, client.post):
            answer = method(mine.path + place.format(number), {"key": str(uuid.uuid4())})
            assert answer.status_code in {404, 405}, place


@each("text", FORMULAS)
def test_x19_a_formula_for_a_name_leaves_as_text(text, login, mine, pinned_today):
    # Blanks and line ends before it are trimmed: nothing is stored that begins with them.
    people = [(text, "+ann@people.example")]
    assign(
        mine.customer,
        mine.product,
        people=people,
        by=mine.admin,
        day=day_of(mine.customer, pinned_today),
    )
    mine.admin.name = text.strip()
    mine.admin.save(update_fields=["name"])
    answer = login(mine.admin).get(f"{mine.path}people/export.csv")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))
    assert {len(row) for row in rows} == {9}
    cells = [cell for row in rows[1:] for cell in row]
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]
    assert any(text.strip() in cell.replace("\\|", "|") for cell in cells)


def test_x11_names_of_people_and_admins_are_text_in_every_page(login, mine, ops, alice, ada):
    Person.objects.update(name=EVIL, address='"><b hx-get=/evil>@x.example')
    mine.product.name = SHORT + "product"
    mine.product.save(update_fields=["name"])
    mine.second.user.name = EVIL[:100]
    mine.second.user.save(update_fields=["name"])
    mine.invitation.first_name = mine.invitation.last_name = SHORT
    mine.invitation.save(update_fields=["first_name", "last_name"])
    client = login(mine.admin)
    product, person = mine.product.pk, mine.given.person_id
    pages = ["", "people/", "people/?q=img", f"people/{person}/take-back/", "people/import/"]
    pages += [f"products/{product}/", f"products/{product}/give/", f"products/{product}/choice/"]
    pages += [f"products/{product}/take-back/?a={mine.given.pk}", "activity/", "requests/"]
    pages += ["admins/", "admins/handover/", f"admins/{mine.second.pk}/removal/", "terms/"]
    pages += [
        f"admins/invitations/{mine.invitation.pk}/{what}/" for what in ("resend", "withdrawal")
    ]
    pages += ["requests/new/", "terms/1/"]
    for page in pages:
        for headers in ({}, {"HX-Request": "true", "HX-Target": "dialog"}):
            answer = client.get(mine.path + page, headers=headers)
            assert answer.status_code == 200, page
            assert inert(answer.text), page
    for user, path in [
        (ada, mine.customer.get_absolute_url()),
        (ops, "/admin/authorizations/"),
        (ops, f"/admin/customers/customer/{mine.customer.pk}/change/"),
        (ops, f"/admin/accounts/user/{mine.second.user_id}/change/"),
        (ops, "/admin/customers/membership/"),
        (ops, "/admin/customers/admininvitation/"),
        (ops, "/admin/customers/termsacceptance/"),
    ]:
        answer = login(user).get(path)
        assert answer.status_code in {200, 302, 404}, path
        assert inert(answer.text), path

"""Lists of people: looked at, imported once."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from authorizations.models import Assignment, Person, Product
from customers.models import CustomerEvent
from tests import personas
from tests.authorizations.license_pages.hands import words
from tests.counting import counted

pytestmark = pytest.mark.django_db

LIST = (
    "name,email,product\n"
    "Ann,ann@people.example,Test Photoshop\n"
    "Ben,ben@people.example,Test Photoshop\n"
)


@pytest.fixture
def path(customer):
    """The address of the import."""
    return f"{customer.get_member_url()}people/import/"


@pytest.fixture
def send(login, vera, path):
    """Return a function that sends a list, to look at it or to let it go in."""
    client = login(vera)

    def post(text: str, **more: object):
        return client.post(path, {"key": str(uuid.uuid4()), "text": text} | more)

    return post


@pytest.fixture
def go(send):
    """Return a function that imports a list of which so many licenses are expected."""
    return lambda text, expected, **more: send(text, go="1", expected=str(expected), **more)


def holders() -> list[str]:
    held = Assignment.objects.held().select_related("person")
    return sorted(row.person.name for row in held)


# --- Looking at it


def test_looking_changes_nothing_and_says_what_will_happen(send, buy):
    buy()
    response = send(LIST)
    assert response.status_code == 200
    assert "Test Photoshop 2 people" in words(response)
    assert "Give out 2 licenses" in words(response)
    assert Person.objects.count() == 0


def test_bad_lines_are_named_with_line_column_and_reason(send, buy, device, illustrator):
    buy()
    buy(product=device)
    text = (
        "Name;Email;Produkt\n"
        "Ann;ann@people.example;Test Photoshop\n"
        "Ben;ben;Test Photoshop\n"
        "<b>;cleo@people.example;Test Illustrator\n"
        "Dora;dora@people.example;Test Kiosk\n"
        "Emil;emil@people.example;\n"
        "Ann;ANN@people.example;test photoshop (team)\n"
    )
    shown = words(send(text))
    assert "Test Photoshop 1 person" in shown
    assert "3 Email This is not an email address." in shown
    assert "4 Name The characters &lt; and &gt; are not accepted" in shown
    assert "4 Produkt There is no product “Test Illustrator” of yours." in shown
    assert "5 Produkt Licenses of Test Kiosk are not given to people by name." in shown
    assert "6 Produkt The product is missing." in shown
    assert "1 line changes nothing" in shown
    assert "5 reasons why lines stay out" in shown


def test_two_products_of_one_name_are_told_apart_by_their_offering(send, buy, photoshop, customer):
    twin = Product.objects.create(name=photoshop.name, family="Test", offering="enterprise")
    buy()
    buy(product=twin)
    heads = "mail,product\n"
    assert "There are several products" in words(send(f"{heads}a@a.example,Test Photoshop"))
    shown = words(send(f"{heads}a@a.example,test photoshop ENTERPRISE"))
    assert "Give out 1 license" in shown


def test_never_more_than_are_free(send, go, buy, give):
    buy(quantity=2)
    give("Zoe")
    shown = words(send(LIST))
    assert "Test Photoshop 1 person" in shown
    assert "3 – The free licenses of Test Photoshop go to the lines above." in shown
    assert go(LIST, 1).status_code == 302
    assert holders() == ["Ann", "Zoe"]
    assert "All 2 licenses of Test Photoshop are in use." in words(send(LIST))


def test_one_product_for_the_whole_list(send, go, buy, photoshop, login, vera, path):
    buy()
    text = "name,mail,product\nAnn,ann@people.example,whatever"
    assert "Give out 1 license" in words(send(text, product=str(photoshop.pk)))
    assert go(text, 1, product=str(photoshop.pk)).status_code == 302
    assert holders() == ["Ann"]
    page = login(vera).get(path, {"product": photoshop.pk}).content.decode()
    assert f'value="{photoshop.pk}" selected' in page


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_file_is_uploaded(send, buy, encoding):
    buy()
    text = "nimi;e-post;toode\nÕie Tõnisson;oie@people.example;Test Photoshop\n"
    if encoding == "cp1252":
        text = text.replace("Õie Tõnisson", "Øystein Ö")
    response = send("", file=SimpleUploadedFile("list.csv", text.encode(encoding)))
    assert "Give out 1 license" in words(response)
    assert ("Øystein Ö" if encoding == "cp1252" else "Õie Tõnisson") in response.content.decode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The list is empty."),
        (b"x" * 1_000_001, "The file is larger than 1 megabyte."),
        (b"\x00\x01\x02\xff" * 50, "The first line names no column"),
        (b"\xff\xfe\x00\xd8", "no column for the email address"),
        (b"PK\x03\x04" + bytes(range(256)), "The file is damaged"),
    ],
)
def test_files_that_are_no_lists_are_refused_at_the_field(send, buy, data, sentence):
    buy()
    response = send("", file=SimpleUploadedFile("list.csv", data))
    assert response.status_code == 422 and sentence in response.content.decode()


def test_without_products_there_is_nothing_to_import(login, vera, path):
    assert "There are no licenses yet" in words(login(vera).get(path))


# --- Letting it go in


def test_good_lines_go_in_and_again_adds_nothing(go, send, buy, customer):
    buy()
    assert go(LIST, 2).status_code == 302
    assert holders() == ["Ann", "Ben"]
    event = CustomerEvent.objects.get(customer=customer, kind="licenses_given")
    assert event.details["count"] == 2
    shown = words(send(LIST))
    assert "Nothing in this list can be imported." in shown
    assert "2 lines change nothing" in shown and "Give out" not in shown


def test_one_form_sent_twice_imports_once(login, vera, path, buy):
    buy()
    client = login(vera)
    sent = {"key": str(uuid.uuid4()), "text": LIST, "go": "1", "expected": "2"}
    assert [client.post(path, sent).status_code for _ in range(2)] == [302, 302]
    assert holders() == ["Ann", "Ben"]


def test_what_changed_since_the_preview_is_shown_anew(go, buy, give):
    buy(quantity=2)
    give("Zoe")
    response = go(LIST, 2)
    assert response.status_code == 409
    shown = words(response)
    assert "Licenses were assigned or taken back in the meantime." in shown
    assert "Give out 1 license" in shown and holders() == ["Zoe"]


def test_nothing_goes_in_while_terms_wait(go, send, buy, program):
    buy()
    personas.make_vip_terms(program, version=2)
    shown = words(send(LIST))
    assert "The VIP terms have changed." in shown and "Give out 2" not in shown
    assert go(LIST, 2).status_code == 409 and holders() == []


@pytest.mark.parametrize("expected", ["", "x", "-1", "9" * 30])
def test_nonsense_beside_the_list_does_no_harm(go, buy, expected):
    buy()
    assert go(LIST, expected).status_code in (409, 422) and holders() == []
    assert go(LIST, 2, product="x").status_code == 422 and holders() == []


def test_a_list_costs_as_many_statements_for_many_lines_as_for_few(
    send, go, buy, customer, photoshop, illustrator
):
    buy(quantity=200)
    buy(quantity=200, product=illustrator)
    spent = []
    for count, prefix in ((3, "a"), (90, "b")):
        text = "".join(f"{prefix}{n},{prefix}{n}@people.example\n" for n in range(count))
        with counted(status=[200, 302, 302]) as queries:
            send(text, product=photoshop.pk)
            go(text, count, product=photoshop.pk)
            renamed = "".join(f"New {line}\n" for line in text.splitlines())
            go(renamed, count, product=illustrator.pk)
        spent.append(len(queries))
        names = Person.objects.filter(name__startswith=f"New {prefix}", name_sort__startswith="new")
        assert names.count() == count
    assert spent[0] == spent[1]

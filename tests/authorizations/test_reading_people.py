"""Lists of people are read in any encoding, language and shape."""

from __future__ import annotations

import pytest

from authorizations.importing import reading
from authorizations.importing.reading import read as read_bytes
from reseller_console.lib.tables.faults import Unreadable
from tests.each import each

pytestmark = pytest.mark.django_db


def read(text: str | bytes, **options: bool) -> reading.Reading:
    return read_bytes(text if isinstance(text, bytes) else text.encode(), **options)


def cells(text: str | bytes, **options: bool) -> list[tuple[str, str, str]]:
    options.setdefault("with_product", True)
    return [(row.name, row.address, row.product) for row in read(text, **options).records]


@each("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@each("separator", [",", ";", "\t"])
@each("end", ["\n", "\r\n", "\r"])
def test_lists_are_read_in_any_encoding(encoding, separator, end):
    lines = ["Name;Email;Produkt", "Jürgen Müller;jm@people.example;Größe"]
    text = end.join(lines).replace(";", separator)
    found = cells(text.encode(encoding))
    assert found == [("Jürgen Müller", "jm@people.example", "Größe")]


@each(
    "heads",
    [
        "Name,Email,Product",
        "full name,EMAIL ADDRESS,License",
        "Vollständiger Name,Email-Adresse,Lizenz",
        "Nimi,E-posti aadress,Toode",
        "täisnimi,e-post,litsents",
        "Department,Name,Mail,Product,Phone",
    ],
)
def test_heads_are_known_in_three_languages(heads):
    row = "Ann,ann@people.example,Photo"
    if heads.startswith("Department"):
        row = f"Art,{row},123"
    assert cells(f"{heads}\n{row}") == [("Ann", "ann@people.example", "Photo")]


@pytest.mark.parametrize(
    "heads", ["Vorname,Nachname,Email", "eesnimi,perekonnanimi,e-post", "First name,Surname,mail"]
)
def test_first_and_last_name_become_one(heads):
    found = cells(f"{heads}\nAnn,Adams,ann@people.example", with_product=False)
    assert found == [("Ann Adams", "ann@people.example", "")]


@pytest.mark.parametrize(
    ("text", "with_product", "expected"),
    [
        ("ann@people.example\nben@people.example", False, [("", "ann@people.example", "")]),
        ("Ann,ann@people.example\nBen,b@b.example", False, [("Ann", "ann@people.example", "")]),
        ("ann@people.example;Ann;x", False, [("Ann", "ann@people.example", "")]),
        ("Ann,ann@people.example,Photo", True, [("Ann", "ann@people.example", "Photo")]),
        ("ann@people.example,Photo", True, [("", "ann@people.example", "Photo")]),
    ],
)
def test_a_list_without_heads_is_understood(text, with_product, expected):
    assert cells(text, with_product=with_product)[:1] == expected


def test_columns_nobody_needs_are_named_and_lines_keep_their_numbers():
    found = read("\nPhone,mail\n\n1,a@a.example\n\n2,b@b.example\n", with_product=False)
    assert found.unused == ["Phone"]
    assert [row.line for row in found.records] == [4, 6]
    assert found.head("address") == "mail"


def test_a_cell_of_several_lines_counts_as_one():
    found = read('name,mail\n"A\nB",a@a.example\nC,c@c.example', with_product=False)
    assert [(row.line, row.name) for row in found.records] == [(2, "A\nB"), (4, "C")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n\t\n", "empty"),
        ('""\n', "empty"),
        ("name,product\nAnn,Photo", "no_address"),
        ("name,mail\nAnn,ann@people.example", "no_product"),
    ],
)
def test_what_is_no_list_is_refused(text, code):
    with pytest.raises(Unreadable, check=lambda error: error.code == code):
        read(text, with_product=True)


def test_the_limits_are_exact(monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    heads = "mail\n"
    assert len(read(heads + "a@a.example\nb@b.example\n", with_product=False).records) == 2
    with pytest.raises(Unreadable, check=lambda error: error.code == "too_many"):
        read(heads + "a@a.example\nb@b.example\nc@c.example\n", with_product=False)
    monkeypatch.setattr(reading, "MOST_BYTES", 16)
    assert read("mail\na@a.example", with_product=False).text == "mail\na@a.example"
    with pytest.raises(Unreadable, check=lambda error: error.code == "too_large"):
        read("mail\nab@a.example", with_product=False)


def test_a_line_that_is_no_csv_is_a_fault_and_the_rest_is_read():
    text = f'mail\n"{"x" * 140_000}",b\na@a.example\n'
    found = read(text, with_product=False)
    assert [fault.line for fault in found.faults] == [2]

"""Lists of people as admins have them: exports of other systems, encodings, our own files."""

from __future__ import annotations

import io
import re
import uuid
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from authorizations.importing import reading
from authorizations.importing.reading import read
from authorizations.licenses.people import Named
from authorizations.models import Person, Product
from reseller_console.lib.lists.export import ListFile, csv_pieces
from reseller_console.lib.tables.faults import Unreadable
from tests.authorizations.license_pages.hands import words
from tests.each import each

pytestmark = pytest.mark.django_db

INPUTS = Path(__file__).parents[1] / "inputs"

MICROSOFT = (
    "Block credential,City,Display name,First name,Last name,Licenses,Proxy addresses,"
    "Street address,User principal name,When created\n"
    'False,Tartu,Mari Kask,Mari,Kask,Microsoft 365 E3+Power BI,"SMTP:mari@people.example",'
    "Tee 1,mari@people.example,2026-01-01 00:00:00Z\n"
)
ENTRA = (
    "userPrincipalName,displayName,surname,mail,givenName,id,userType\n"
    "mari@tenant.example,Mari Kask,Kask,mari@people.example,Mari,1,Member\n"
    "jaan@people.example,Jaan Tamm,Tamm,,Jaan,2,Member\n"
)
GOOGLE = (
    "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],"
    "Org Unit Path [Required],Recovery Email,Status [READ ONLY]\n"
    "Mari,Kask,mari@people.example,****,/,mari@private.example,Active\n"
)
MARI = ("Mari Kask", "mari@people.example")


def people(data: str | bytes) -> list[tuple[str, str]]:
    """Return names and addresses of a list, all for one product."""
    found = read(data if isinstance(data, bytes) else data.encode(), with_product=False)
    assert not found.faults
    return [(row.name, row.address) for row in found.records]


@each(
    ("text", "expected"),
    [
        (MICROSOFT, [MARI]),
        (ENTRA, [MARI, ("Jaan Tamm", "jaan@people.example")]),
        (GOOGLE, [MARI]),
        ("Username,Email,Product\nmk1,mari@people.example,X", [("", "mari@people.example")]),
        ("Name;Vorname;E-Mail\nKask;Mari;mari@people.example", [MARI]),
        ("Nachname, Vorname;E-Mail\nKask, Mari;mari@people.example", [MARI]),
        ("Last name, First name\tMail\nKask, Mari\tmari@people.example", [MARI]),
        ("Pracownik;Adres\nMari Kask;mari@people.example", [MARI]),
        ("Who;Where\nMari Kask;mari@people.example", [MARI]),
        ("Nom;Prénom;Courriel\nKask;Mari;mari@people.example", [MARI]),
        ("Imię i nazwisko|Adres e-mail\nMari Kask|mari@people.example", [MARI]),
        ("Our people\n\nName;E-post\nMari Kask;mari@people.example", [MARI]),
        ("sep=;\nName;E-post\nMari Kask;mari@people.example", [MARI]),
        ("Mari Kask <mari@people.example>", [MARI]),
        ("E-mail\nMari Kask <mari@people.example>", [MARI]),
        ('E-mail\n"""Kask, Mari"" <mari@people.example>"', [("Kask, Mari", MARI[1])]),
        ("mailto:mari@people.example", [("", "mari@people.example")]),
        ("Name;E-post\nMari Kask;mari＠people。example", [("Mari Kask", "mari＠people。example")]),
        ("Kask, Mari;mari@people.example\nTamm;x@people.example",
         [("Kask, Mari", MARI[1]), ("Tamm", "x@people.example")]),
    ],
)  # fmt: skip
def test_lists_of_other_systems(text, expected):
    assert people(text) == expected


def test_a_first_line_with_a_wrong_address_is_a_line_and_no_head():
    assert people("Ann,ann@\nBen,ben@people.example") == [
        ("Ann", "ann@"),
        ("Ben", "ben@people.example"),
    ]


def test_no_head_means_two_columns():
    known = [head for column in reading.layout(with_product=True).columns for head in column.heads]
    assert len(known) == len(set(known))


@each("name", ["people_cp1250.csv", "people_separator_tie.csv", "people_round_trip.csv"])
def test_the_files_that_were_read_wrongly(name):
    right = {
        "people_cp1250.csv": ("Łukasz Wiśniewski", "lukasz@people.example"),
        "people_separator_tie.csv": MARI,
        "people_round_trip.csv": ("@home Team", "-info@people.example"),
    }
    assert people((INPUTS / name).read_bytes()) == [right[name]]


def test_people_of_our_own_export_are_the_same_when_they_come_back():
    rows = [["@home Team", "-info@people.example"], ["=x", "a@a.example"], ["'n S", "b@b.example"]]
    text = "".join(csv_pieces(ListFile("people", ["Name", "Email"], [rows])))
    assert people(text) == [tuple(row) for row in rows]


def test_a_workbook_is_a_list():
    book = openpyxl.Workbook()
    for row in (["People"], ["Name", "E-post"], ["Õie Tõnisson", "oie@people.example"]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue(), with_product=False)
    assert [(row.line, row.name) for row in found.records] == [(3, "Õie Tõnisson")]
    again = read(found.text.encode(), with_product=False, encoding="utf-8")
    assert again.records == found.records


def test_a_list_that_is_too_large_as_text_is_refused():
    with pytest.raises(Unreadable, check=lambda error: error.code == "too_large"):
        read(("mail\n" + "Ж" * 600_000).encode("cp1251"), with_product=False, encoding="cp1251")


# --- On the page


@pytest.fixture
def send(login, vera, customer):
    """Return a function that sends a file, or a list that was looked at."""
    client = login(vera)
    path = f"{customer.get_member_url()}people/import/"

    def post(data: bytes | str, **more: object):
        told = {"key": str(uuid.uuid4()), "text": data if isinstance(data, str) else ""} | more
        if isinstance(data, bytes):
            told["file"] = SimpleUploadedFile("people.csv", data)
        return client.post(path, told)

    return post


def hidden(response, name: str) -> str:
    """Return what the page sends again under a name."""
    return re.search(rf'name="{name}" value="([^"]*)"', response.text)[1]


def test_several_products_in_a_cell_are_a_license_of_each(send, buy):
    for name in ("Acrobat Sign Solutions", "Express"):
        offering = "enterprise" if name == "Express" else "team"
        buy(product=Product.objects.create(name=name, family="Test", offering=offering))
    shown = words(send((INPUTS / "people_adobe_teams.csv").read_bytes()))
    assert "Acrobat Sign Solutions 2 people" in shown
    assert "Express 1 person" in shown
    assert "Give out 3 licenses" in shown


def test_a_product_with_a_comma_in_its_name_is_found_beside_another(send, buy):
    for name in ("Sign, Fill and Send", "Sketches"):
        buy(product=Product.objects.create(name=name, family="Test", offering="team"))
    line = 'Ann,ann@people.example,"Sketches, Sign, Fill and Send"'
    assert "Give out 2 licenses" in words(send(f"Name,Email,Product\n{line}\n"))
    wrong = 'Ann,ann@people.example,"Sketches, Unknown; Other"'
    shown = words(send(f"Name,Email,Product\n{wrong}\n"))
    assert "There is no product “Unknown” of yours." in shown and "“Other”" in shown


def test_names_are_shown_as_read_and_another_encoding_is_chosen(send, buy, photoshop):
    buy()
    product = str(photoshop.pk)
    response = send((INPUTS / "people_cp1250.csv").read_bytes(), product=product)
    shown = words(response)
    assert "It was read as Central European (Windows-1250)." in shown
    assert "Łukasz Wiśniewski" in shown
    text = "Nazwa;E-mail\r\nŁukasz Wiśniewski;lukasz@people.example\r\n"
    seen = {"product": product, "read_as": hidden(response, "read_as")}
    wrong = send(text, encoding="cp1252", go="1", expected="1", **seen)
    assert wrong.status_code == 200 and "£ukasz Wiœniewski" in words(wrong)
    assert not Person.objects.exists()
    done = send(text, encoding="cp1250", go="1", expected="1", **seen)
    assert done.status_code == 302
    assert Person.objects.get().name == "Łukasz Wiśniewski"


def test_an_encoding_can_be_chosen_at_once(send, buy, photoshop):
    buy()
    data = "name,mail\nKőrv,a@people.example\n".encode("cp1250")
    shown = words(send(data, product=str(photoshop.pk), encoding="cp1250"))
    assert "Kőrv" in shown


def test_unicode_asks_nothing(send, buy, photoshop):
    buy()
    shown = words(send("name,mail\nÕie,a@people.example\n".encode(), product=str(photoshop.pk)))
    assert "Give out 1 license" in shown and "It was read as" not in shown


@each("name", ["#N/A", "#REF!", "n/a", "N/A"])
def test_errors_of_a_spreadsheet_are_no_names(name, send, buy, photoshop):
    buy()
    shown = words(send(f"name,mail\n{name},a@people.example\n", product=str(photoshop.pk)))
    assert "Nothing in this list can be imported." in shown and name in shown


def test_no_sentence_of_a_list_has_a_hole(send, buy):
    buy()
    lines = ["x,,", ",a@,", ",,Test Photoshop", "?,?,?", "a,a@a.example,;", ',b@b.example,"|,"']
    shown = words(send("name,mail,product\n" + "\n".join(lines)))
    assert "The product is missing." in shown
    assert not [hole for hole in ("“”", "%(", "None", " .", "()") if hole in shown]


def test_a_person_of_the_export_is_the_same_person(send, buy, customer, photoshop):
    buy()
    person = Named("@home Team", "-info@people.example").as_person(
        customer.pk, customer.reseller_id
    )
    person.save()
    rows = [[person.name, person.address]]
    text = "".join(csv_pieces(ListFile("people", ["Name", "Email"], [rows])))
    assert send(text, product=str(photoshop.pk), go="1", expected="1").status_code == 302
    assert Person.objects.get().pk == person.pk

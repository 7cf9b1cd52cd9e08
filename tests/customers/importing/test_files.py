"""Files of customers as they come: encodings, shapes, names of countries, the same names."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError

from customers.models import Customer
from tests.customers.importing.lines import GOOD, run
from tests.each import each

INPUTS = Path(__file__).parents[2] / "inputs"


def names() -> list[str]:
    return sorted(Customer.objects.values_list("name", flat=True))


def test_an_older_encoding_is_read_and_some_names_are_shown_before_anything_is_stored():
    lines, code = run(INPUTS / "c02_cp1252_semicolon.csv")
    assert lines == [
        "Read as Western European (Windows-1252): C02 Müller & Söhne, Jörg, Groß, Köln",
        "2 imported, 0 already there, 0 refused",
    ]
    assert code == 0
    assert names() == ["C02 Müller & Söhne", "C02 Plain GmbH"]


def test_an_encoding_that_may_be_another_one_is_looked_at_first(write):
    path = write({"organization_name": "Kőrv", "city": "Tartu", "address_1": "Tee 1"})
    path.write_bytes(path.read_text().encode("cp1250"))
    shown, _ = run(path, "--dry-run")
    assert shown[0].startswith("Read as ") and "K" in shown[0]
    with pytest.raises(CommandError, match=r"as likely to be in another encoding.*cp1250"):
        run(path)
    assert not names()
    assert run(path, "--encoding", "windows-1250")[1] == 0
    assert names() == ["Kőrv"]


def test_an_encoding_nobody_knows_is_refused_with_those_that_are_known(write):
    with pytest.raises(CommandError, match="no encoding known here"):
        run(write({}), "--encoding", "rot13")


def test_blank_columns_at_the_end_are_ignored():
    assert run(INPUTS / "c05_trailing_commas.csv")[0] == ["1 imported, 0 already there, 0 refused"]


def test_counts_add_up_to_the_file_where_a_quote_is_not_closed():
    lines, _ = run(INPUTS / "c10_open_quote.csv", "--same-name")
    assert lines == [
        "line 3: the quotation mark opened on line 3 is never closed.",
        "5 imported, 0 already there, 1 refused",
    ]
    assert names() == [f"C10 Row {n}" for n in (0, 2, 3, 4, 5)]


def test_countries_are_known_by_their_usual_names():
    assert run(INPUTS / "countries.csv")[0] == ["4 imported, 0 already there, 0 refused"]
    found = dict(Customer.objects.values_list("name", "country"))
    assert found == {"Land 0 Ltd": "TR", "Land 1 Ltd": "US", "Land 2 Ltd": "RU", "Land 3 Ltd": "EE"}
    assert Customer.objects.get(country="TR").region == "İstanbul"


def test_a_workbook_is_imported(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Customers of ours"])
    book.active.append(list(GOOD))
    book.active.append(list((GOOD | {"postal_code": 50103}).values()))
    path = tmp_path / "customers.xlsx"
    book.save(path)
    assert run(path)[0] == ["1 imported, 0 already there, 0 refused"]
    assert Customer.objects.get().postal_code == "50103"


def test_another_file_is_called_by_its_name(tmp_path):
    path = tmp_path / "customers.xls"
    path.write_bytes(b"<html><table>")
    with pytest.raises(CommandError, match="This is a web page"):
        run(path)


def test_heads_may_be_the_words_of_our_own_pages(tmp_path):
    heads = [
        "Organization name", "Segment", "Type", "Country", "Region", "City", "Address line 1",
        "Address line 2", "ZIP or postal code", "Contact first name", "Contact last name",
        "Contact email", "Preferred language",
    ]  # fmt: skip
    path = tmp_path / "customers.csv"
    path.write_text(",".join(heads) + "\n" + ",".join(GOOD.values()) + "\n", encoding="utf-8")
    assert run(path)[1] == 0
    assert names() == [GOOD["organization_name"]]


@each(
    ("change", "column", "stored"),
    [
        ({"country": "Eesti"}, "country", "EE"),
        ({"country": "DEU", "postal_code": "D-50667"}, "postal_code", "50667"),
        ({"country": "Suomi", "postal_code": "FI-00100"}, "postal_code", "00100"),
        ({"language": "de_DE.UTF-8"}, "language", "de"),
        ({"language": "DE-at"}, "language", "de"),
        ({"language": "zh-Hant-TW"}, "language", "zh"),
        ({"language": "est"}, "language", "et"),
        ({"language": "ger"}, "language", "de"),
        ({"language": "gsw"}, "language", "gsw"),
        ({"language": ""}, "language", "en"),
        ({"contact_email": "mari＠kool。example"}, "contact_email", "mari@kool.example"),
        ({"contact_email": "ｍａｒｉ@kool.example"}, "contact_email", "mari@kool.example"),
        ({"organization_name": "'@home"}, "name", "@home"),
        ({"organization_name": "'n Sync"}, "name", "'n Sync"),
    ],
)
def test_cells_are_stored_in_one_form(change, column, stored, write):
    lines, code = run(write(change))
    assert code == 0, lines
    assert getattr(Customer.objects.get(), column) == stored


@each(
    ("change", "column", "words"),
    [
        ({"organization_name": "#N/A"}, "organization_name", "spreadsheet error"),
        ({"contact_last": "#REF!"}, "contact_last", "spreadsheet error"),
        ({"organization_name": "N/A"}, "organization_name", "is not a name"),
        ({"contact_first": "n/a"}, "contact_first", "is not a name"),
        ({"country": "Germny"}, "country", "Do you mean Germany"),
        ({"country": "Xyzzyx"}, "country", "Choose one from the list"),
        ({"country": "x" * 9000}, "country", "Choose one from the list"),
        ({"language": "English, please"}, "language", "not a language"),
        ({"language": "qq"}, "language", "not a language"),
        ({"accepted_on": "03/04/2025"}, "accepted_on", "2025-03-04 or 2025-04-03"),
        ({"accepted_on": "45000"}, "accepted_on", "Write it as"),
    ],
)
def test_what_has_no_meaning_is_refused(change, column, words, write):
    lines, _ = run(write(change))
    assert lines[0].startswith(f"line 2, {column}: ") and words in lines[0]


# --- The same name


def test_the_same_name_alone_is_told_as_in_the_dialog_and_taken_with_a_switch(write):
    run(write({}))
    customer = Customer.objects.get()
    other = {"contact_email": "other@kunstikool.example"}
    lines, code = run(write(other))
    assert code == 1
    assert lines[0] == (
        "line 2, organization_name: There is a customer of this name already:"
        f" {customer.name}, VIP ID {customer.vip_id}."
        " Use --same-name if this is another organization."
    )
    assert run(write(other), "--same-name")[0] == ["1 imported, 0 already there, 0 refused"]
    assert run(write(other))[0] == ["0 imported, 1 already there, 0 refused"]


@each("options", [(), ("--dry-run",)])
def test_the_same_name_twice_in_the_file_is_told_by_line(options, write, monkeypatch):
    monkeypatch.setattr("reseller_console.management.commands.import_customers.BATCH", 1)
    path = write({}, {"contact_email": "other@kunstikool.example"})
    lines, _ = run(path, *options)
    assert lines[0].startswith(
        "line 3, organization_name: The customer on line 2 has the same name. Use --same-name"
    )


def test_no_sentence_has_a_hole(write):
    """Each reason says what it is about: no blank quotation marks, no two blanks, no brace."""
    blank = dict.fromkeys(GOOD, "")
    strange = dict.fromkeys(GOOD, "?")
    usa = {"country": "US", "region": "", "postal_code": ""}
    lines, _ = run(write(blank, strange, usa, {"country": "BR", "city": ""}, {"vip_id": "?"}))
    assert len(lines) > 10
    holes = ("“”", "  ", "%(", "None", " ,", " .", "()")
    assert not [line for line in lines for hole in holes if hole in line]

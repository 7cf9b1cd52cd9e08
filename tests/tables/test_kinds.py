"""What is no table is called by its name, and workbooks are read."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from reseller_console.lib.tables.faults import Fault, Unreadable
from reseller_console.lib.tables.reader import as_text, opened
from tests.each import each
from tests.tables.test_reader import LAYOUT, records


def workbook(rows: list[list], *, title: str = "Sheet", before: list[list] | None = None) -> bytes:
    """Return a workbook with these rows, after a sheet with others."""
    book = openpyxl.Workbook()
    sheet = book.active
    if before is not None:
        for row in before:
            sheet.append(row)
        sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(*names: str) -> bytes:
    """Return an archive with such members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "<x/>")
    return out.getvalue()


COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@each(
    ("data", "words"),
    [
        (COMPOUND, "of the old kind"),
        (COMPOUND + "EncryptedPackage".encode("utf-16-le"), "with a password"),
        (archive("mimetype", "content.xml"), "OpenDocument"),
        (archive("Index/Document.iwa"), "Numbers"),
        (archive("word/document.xml"), "Word"),
        (archive("xl/workbook.bin"), "xlsb"),
        (archive("people.csv"), "an archive"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"<html><body><table>", "a web page"),
        (b"\xef\xbb\xbf  <!DOCTYPE html>", "a web page"),
        (b"<meta charset=utf-8><table>", "a web page"),
        ("\ufeff<table>".encode("utf-16-le"), "a web page"),
        (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>', "an XML spreadsheet"),
        (b"{\\rtf1", "a text document"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"\x1f\x8b\x08", "an archive"),
        (b"BEGIN:VCARD\r\n", "an address book"),
        (b'[{"name": "Ann"}]', "a JSON file"),
    ],
)
def test_other_files_are_called_by_their_name_with_what_to_do(data, words):
    with pytest.raises(Unreadable) as refused:
        records(data)
    sentence = str(refused.value)
    assert words in sentence and "CSV UTF-8" in sentence and "  " not in sentence


def test_a_workbook_is_read_with_the_numbers_of_its_rows():
    rows = [["Customers of North"], [], ["name", "city"], ["Õie", "Tartu"], [], ["Łucja", None]]
    assert records(workbook(rows)) == [(4, "Õie", "Tartu"), (6, "Łucja", "")]


def test_the_sheet_with_the_heads_is_taken():
    data = workbook([["name", "city"], ["Ann", "Tartu"]], before=[["Read me first"]])
    assert records(data) == [(2, "Ann", "Tartu")]


@each(
    ("value", "text"),
    [
        (50667, "50667"),
        (50667.0, "50667"),
        (1.5, "1.5"),
        (True, "TRUE"),
        (dt.date(2027, 6, 30), "2027-06-30"),
        (dt.datetime(2027, 6, 30), "2027-06-30"),  # noqa: DTZ001 - as a cell has it
        ("A_x000D_B", "A\rB"),
        ("'=1+1", "=1+1"),
    ],
)
def test_cells_are_read_as_people_see_them(value, text):
    assert records(workbook([["name", "city"], ["Ann", value]])) == [(2, "Ann", text)]


def test_a_number_shown_with_its_zeros_keeps_them():
    book = openpyxl.Workbook()
    book.active.append(["name", "city"])
    book.active.append(["Ann", 1067])
    book.active["B2"].number_format = "00000"
    out = io.BytesIO()
    book.save(out)
    assert records(out.getvalue()) == [(2, "Ann", "01067")]


def test_an_error_of_the_spreadsheet_is_told_in_a_workbook_too():
    found = records(workbook([["name", "city"], ["#REF!", "Tartu"], ["Ann", "Tartu"]]))
    assert "“#REF!” is a spreadsheet error" in str(found[0]) and found[1:] == [(3, "Ann", "Tartu")]


def test_a_workbook_as_text_keeps_its_lines():
    data = workbook([["Title"], ["name", "city"], [], ["Ann\nB", "Tartu, x"]])
    with opened(io.BytesIO(data), LAYOUT) as table:
        text = as_text(table)
    assert records(text) == [(4, "Ann B", "Tartu, x")]


def tampered(data: bytes, **parts: bytes) -> bytes:
    """Return a workbook with other contents in some of its parts."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, parts.get(name.rpartition("/")[2].partition(".")[0], old.read(name)))
    return out.getvalue()


GOOD = workbook([["name", "city"], ["Ann", "Tartu"]])
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    + SHEET % b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>'
)


@each(
    ("data", "words"),
    [
        (b"PK\x03\x04" + bytes(range(256)), "damaged"),
        (GOOD[:-200], "damaged"),
        (tampered(GOOD, sheet1=b"<worksheet"), "damaged"),
        (tampered(GOOD, workbook=b"nonsense"), "damaged"),
        (tampered(GOOD, sheet1=BOMB), "damaged"),
        (tampered(GOOD, sheet1=SHEET % (b" " * 3_000_000)), "too large: it holds 3 megabytes"),
        (tampered(GOOD, sheet1=SHEET % b""), "empty"),
    ],
)
def test_hostile_workbooks_are_refused(data, words):
    with (
        pytest.raises(Unreadable, match=words),
        opened(io.BytesIO(data), LAYOUT, unpacked_most=2_000_000) as table,
    ):
        list(table.records())


def test_a_sheet_that_claims_a_million_rows_and_columns_is_read_in_no_time():
    cell = b'<c r="%s" t="inlineStr"><is><t>%s</t></is></c>'
    heads = b'<row r="1">%s</row>' % (cell % (b"A1", b"name") + cell % (b"B1", b"city"))
    far = b'<row r="1048576">%s</row>' % (cell % (b"XFD1048576", b"x"))
    data = tampered(GOOD, sheet1=SHEET % (heads + far))
    with opened(io.BytesIO(data), LAYOUT) as table:
        assert [row for row in table.records() if not isinstance(row, Fault)] == []

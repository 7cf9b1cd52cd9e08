"""Lists as Excel workbooks: what the file of text says, with dates that are dates."""

from __future__ import annotations

import csv
import datetime as dt
import io

import openpyxl
import pytest

from authorizations.actions.create import create_authorization
from authorizations.models import Product
from customers.customer_list import export
from reseller_console.lib.lists import workbook as workbooks
from reseller_console.lib.lists.workbook import TooManyRows, workbook
from tests.personas import day_of

LISTS = ["/customers/export", "/orders/export", "people"]


def sheet_of(response) -> list[tuple]:
    """Return the rows of a workbook that was downloaded, as values."""
    assert response.status_code == 200
    book = openpyxl.load_workbook(io.BytesIO(response.getvalue()))
    return [tuple(cell.value for cell in row) for row in book.active.iter_rows()]


def as_text(value: object) -> str:
    """Return a cell as the file of text has it."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)


@pytest.fixture
def bought(customer, make_customer, alice, pinned_today):
    """Customers and a PA, with text that a spreadsheet would compute."""
    make_customer(name="=1+1", anniversary_on=pinned_today)
    product = Product.objects.filter(offering="team", by_authorization=True)[0]
    return create_authorization(
        customer,
        lines=[(product, 5)],
        po_number="'=2",
        by=alice,
        day=day_of(customer, pinned_today),
    )


@pytest.mark.parametrize("path", LISTS)
def test_a_workbook_says_what_the_file_of_text_says(path, login, alice, vera, customer, bought):
    person, path = (
        (vera, f"{customer.get_member_url()}people/export") if path == "people" else (alice, path)
    )
    client = login(person)
    text = client.get(f"{path}.csv").getvalue().decode("utf-8-sig")
    response = client.get(f"{path}.xlsx")
    shown = [[as_text(value) for value in row] for row in sheet_of(response)]
    # Text that is guarded against a spreadsheet needs no guard in a workbook.
    written = [
        [cell.removeprefix("'") if cell.startswith("'=1") else cell for cell in row]
        for row in csv.reader(io.StringIO(text))
    ]
    assert shown == written
    assert response["Content-Disposition"].endswith('-2026-03-02.xlsx"')
    assert "spreadsheetml" in response["Content-Type"]
    assert response["Cache-Control"] == "no-store"


def test_dates_are_dates_and_formulas_are_text(login, alice, bought):
    rows = sheet_of(login(alice).get("/customers/export.xlsx?q=1%2B1"))
    row = dict(zip(rows[0], rows[1], strict=True))
    assert row["Organization name"] == "=1+1"
    assert row["Anniversary date"] == dt.datetime.fromisoformat("2026-03-02")
    book = openpyxl.load_workbook(workbook(["a"], [["=1+1"], ["http://x.example"], ["0042"]]))
    assert [cell.data_type for (cell,) in book.active.iter_rows()] == ["s", "s", "s", "s"]
    assert book.active["A3"].hyperlink is None


def test_filter_search_and_batches_are_those_of_the_screen(
    login, alice, make_customer, monkeypatch
):
    monkeypatch.setattr(export, "BATCH", 2)
    for number in range(5):
        make_customer(name=f"Acme {number}")
    make_customer(name="Other")
    rows = sheet_of(login(alice).get("/customers/export.xlsx?q=acme&sort=-name&page=last"))
    assert [row[1] for row in rows] == [
        "Organization name",
        *(f"Acme {n}" for n in (4, 3, 2, 1, 0)),
    ]


def test_a_workbook_has_room_for_so_many_rows_and_not_one_more(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_ROWS", 2)
    assert workbook(["a"], [["x"]] * 2).read(2) == b"PK"
    with pytest.raises(TooManyRows):
        workbook(["a"], [["x"]] * 3)


def test_a_list_that_is_too_long_leads_back_to_the_list(login, alice, make_customer, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_ROWS", 2)
    for _ in range(3):
        make_customer(name="Acme")
    answer = login(alice).get("/customers/export.xlsx?q=acme", follow=True)
    assert answer.redirect_chain == [("/customers/?q=acme", 302)]
    assert (
        "which is too many for an Excel file. Export it as CSV instead." in answer.content.decode()
    )


def test_a_member_gets_the_heads_in_the_own_language(login, vera, customer):
    vera.language = "et"
    vera.save()
    client = login(vera)
    path = f"{customer.get_member_url()}people/export"
    heads = sheet_of(client.get(f"{path}.xlsx"))[0]
    text = client.get(f"{path}.csv").getvalue().decode("utf-8-sig")
    assert ",".join(heads) == text.splitlines()[0] and "Nimi" in heads


def test_columns_are_as_wide_as_what_stands_in_them():
    sheet = openpyxl.load_workbook(workbook(["a", "b"], [["x" * 20, "y" * 200]])).active
    assert sheet.column_dimensions["A"].width == pytest.approx(22, abs=1)
    assert sheet.column_dimensions["B"].width == pytest.approx(48, abs=1)
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:B2"

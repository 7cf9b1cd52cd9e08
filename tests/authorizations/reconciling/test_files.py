"""Files that are no order reports, and cells without sense: each is told in a sentence."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from authorizations.actions.reconcile import upload_report
from authorizations.reconciling import reading
from authorizations.reconciling.working import work_on

ON = "2026-03-02"
HEAD = "Sales order;Order date;PA number;Qty\n"


def test_a_report_beyond_the_limit_says_so(report, monkeypatch):
    monkeypatch.setattr(reading, "MOST_LINES", 2)
    made = report(*[[f"D-{at}", ON, "PA-00000000", "", "", "", 1] for at in range(3)])
    assert "more than 2 lines" in made.fault


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "CSV"),
        (b"PK\x03\x04broken", ""),
        (b"a;b\n1;2\n", "column"),
        (b"Sales order;Order date\nF-1;2026-03-02\n", "names no purchase authorizations"),
    ],
)
def test_a_file_that_is_no_report_is_told_in_a_sentence(alice, content, told):
    made = upload_report(
        alice.reseller, sender="Disty", file_name="x.csv", content=content, by=alice
    )
    work_on(made.pk)
    made.refresh_from_db()
    assert made.fault and told in made.fault


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["", ON, "PA-1", 1], "The order number is missing."),
        (["G-1", "", "PA-1", 1], "The order date is missing."),
        (["G-1", "03/04/2026", "PA-1", 1], "date"),
        (["G-1", "2026-02-30", "PA-1", 1], "date"),
        (["G-1", ON, "PA-1", "many"], "not a number of licenses"),
        (["G-1", ON, "PA-1", "-3"], "not a number of licenses"),
        (["G-1", ON, "PA-1", "1.5"], "not a number of licenses"),
        (["G" * 36, ON, "PA-1", 1], "longer than 35"),
        (["=1+1", ON, "PA-1", 1], ""),
    ],
)
def test_a_cell_without_sense_is_told_on_its_line(alice, cells, told):
    text = HEAD + ";".join(map(str, cells)) + "\n"
    made = upload_report(
        alice.reseller, sender="Disty", file_name="x.csv", content=text.encode("cp1252"), by=alice
    )
    work_on(made.pk)
    line = made.lines.get()
    assert line.outcome in {"refused", "unknown"} and line.explanation and told in line.explanation


def test_the_upload_keeps_what_was_typed_beside_each_fault(login, alice, monkeypatch):
    client = login(alice)
    page = client.get("/orders/reports/").content.decode()
    key = page.partition('name="key" value="')[2][:36]
    monkeypatch.setattr("authorizations.forms.reports.MOST_BYTES", 3)
    file = SimpleUploadedFile("big.csv", b"more")
    answer = client.post("/orders/reports/", {"key": key, "sender": "Nordic", "file": file})
    assert answer.status_code == 422
    assert "larger than 10 megabytes" in answer.text and 'value="Nordic"' in answer.text
    answer = client.post("/orders/reports/", {"key": key})
    assert "Choose the file." in answer.text and "Enter who sent the report." in answer.text

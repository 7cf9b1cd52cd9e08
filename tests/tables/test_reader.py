"""Tables are read whatever shape they come in, and every line is accounted for."""

from __future__ import annotations

import io

import pytest

from reseller_console.lib.tables.faults import Fault, Unreadable
from reseller_console.lib.tables.heads import Column, Layout
from reseller_console.lib.tables.reader import Record, opened
from tests.each import each

LAYOUT = Layout(
    columns=(
        Column("name", ("name", "title"), required=True),
        Column("city", ("city",), required=True),
        Column("note", ("note",)),
    ),
    strict=True,
)


def records(text: str | bytes) -> list[tuple[int, str, str] | str]:
    """Return line, name and city of the records, and the faults as text."""
    data = text if isinstance(text, bytes) else text.encode()
    with opened(io.BytesIO(data), LAYOUT) as table:
        return [
            str(row) if isinstance(row, Fault) else (row.line, row.cells["name"], row.cells["city"])
            for row in table.records()
        ]


ANN = (2, "Ann", "Tartu")
HEADS = "name;city\n"
NO_VALUE = "is a spreadsheet error, not a value."


@each(
    ("text", "expected"),
    [
        ("name,city\nAnn,Tartu", [ANN]),
        ("name|city\nAnn|Tartu", [ANN]),
        ("name\tcity\r\nAnn\tTartu\r\n", [ANN]),
        ("name,city\rAnn,Tartu\r", [ANN]),
        ("name,city\r\nAnn,Tartu\x1a", [(2, "Ann", "Tartu\x1a")]),
        ("name,city\nAnn,Tartu\n\x1a", [ANN]),
        ("name,city\nAnn,Tartu\n\0\0\0", [ANN]),
        ("sep=;\nname;city\nAnn, B;Tartu", [(3, "Ann, B", "Tartu")]),
        ('"sep=|"\r\nname|city\r\nAnn|Tartu', [(3, "Ann", "Tartu")]),
        ("name, first name;city\n", "lacks"),
        ("Customers, of North; 2026\n\n;;\nname;city\nAnn;Tartu", [(5, "Ann", "Tartu")]),
        ("name,city,,\nAnn,Tartu,,", [ANN]),
        (",name,city\n,Ann,Tartu", [ANN]),
        ("name,,city\nAnn,,Tartu", [ANN]),
        ("name,city,note\nAnn,Tartu", [ANN]),
        ("name,city,note\nAnn", [(2, "Ann", "")]),
        ("name,city,\nAnn,Tartu,x", ["line 2: has text in column 3, which has no header."]),
        ("name,city\nAnn,Tartu,,x", ["line 2: has text in column 4, which has no header."]),
        ("NAME ,  City \nAnn,Tartu", [ANN]),
        ("name [Required],City (optional)\nAnn,Tartu", [ANN]),
        ('name,city\n"A\nB",Tartu\nAnn,Tartu', [(2, "A\nB", "Tartu"), (4, "Ann", "Tartu")]),
        ("name,city\n'=1+1,'@x\n", [(2, "=1+1", "@x")]),
        ("name,city\n'n Sync,'t Hart", [(2, "'n Sync", "'t Hart")]),
        ("name,city\n#N/A,Tartu", [f"line 2, name: “#N/A” {NO_VALUE}"]),
        ("name\tcity\n\"Ludwik\" Akademia\tTartu", [(2, '"Ludwik" Akademia', "Tartu")]),
        ("name,city\n \t,\u00a0\nAnn,Tartu", [(3, "Ann", "Tartu")]),
    ],
)  # fmt: skip
def test_shapes_of_files(text, expected):
    if expected == "lacks":
        with pytest.raises(Unreadable, match="lacks the columns"):
            records(text)
    else:
        assert records(text) == expected


@each("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@each("end", ["\n", "\r\n", "\r"])
@each("separator", [",", ";", "\t", "|"])
def test_every_encoding_line_end_and_separator(encoding, end, separator):
    rows = [["name", "city"], ["Õie", "Tartu"], ["Łucja", "Łódź"]]
    text = end.join(separator.join(row) for row in rows)
    assert records(text.encode(encoding)) == [(2, "Õie", "Tartu"), (3, "Łucja", "Łódź")]


def never_closed(line: int) -> str:
    return f"line {line}: the quotation mark opened on line {line} is never closed."


@each(
    ("text", "expected"),
    [
        (f'{HEADS}"A;x\nB;x\nC;x\n', [never_closed(2), (3, "B", "x"), (4, "C", "x")]),
        (f'{HEADS}A;"x\nB;x\n"C";x\n', [never_closed(2), (3, "B", "x"), (4, "C", "x")]),
        (f'{HEADS}A;"x\nB;x"\nC;x\n', [(2, "A", "x\nB;x"), (4, "C", "x")]),
        (f'{HEADS}"A;x\nB;x"\nC;x\n', [never_closed(2), (3, "B", 'x"'), (4, "C", "x")]),
        (f'{HEADS}"A\nB";"x\nC;x\n"D";x', [(2, "", ""), (3, "", "")]),
        (f'{HEADS}"A" x;y\nB;x\n', ["goes on", (3, "B", "x")]),
        (f'{HEADS}A 12";x\nB;x\n', [(2, 'A 12"', "x"), (3, "B", "x")]),
        (f'{HEADS}"A ""B"" C";x\n', [(2, 'A "B" C', "x")]),
        (f'{HEADS}"A;x', [never_closed(2)]),
        (f'{HEADS}"A;x\n"B;x\n"C;x\n', [never_closed(2), never_closed(3), never_closed(4)]),
    ],
)
def test_a_quote_never_swallows_lines(text, expected):
    found = records(text)
    lines = [row if isinstance(row, str) else row[0] for row in found]
    if expected[0] == (2, "", ""):
        # A cell of two lines, then a quote on its last line that is never closed.
        assert never_closed(3) in found and (4, "C", "x") in found and (5, "D", "x") in found
    elif expected[0] == "goes on":
        assert "text after a closing quotation mark" in lines[0] and found[1:] == expected[1:]
    else:
        assert found == expected


def test_lines_after_a_quote_that_is_not_closed_are_all_there_however_many():
    text = HEADS + '"A;x\n' + "".join(f"N{n};x\n" for n in range(20_000))
    found = records(text)
    assert found[0] == never_closed(2)
    assert len(found) == 20_001 and found[-1] == (20_002, "N19999", "x")


def test_a_cell_longer_than_a_cell_can_be_is_one_fault():
    found = records(HEADS + "x" * 200_000 + ";y\nB;x\n")
    assert found == ["line 2: a cell has more than 131,072 characters.", (3, "B", "x")]


@each(
    ("text", "words"),
    [
        ("", "empty"),
        ("\n\n ; ;\n", "lacks"),
        ("\n \n\n", "empty"),
        ("name\n", "lacks the columns city"),
        ("name,city,phone\n", "unknown columns: phone. Known are name, city, note"),
        ("name,city,name\n", "names name more than once"),
        ("name,city,title\n", "names title more than once"),
        ('"name,city\nAnn,Tartu\n', "the quotation mark opened on line 1 is never closed"),
    ],
)
def test_what_is_wrong_with_the_whole_file_is_told(text, words):
    with pytest.raises(Unreadable, match=words):
        records(text)


def test_a_file_is_read_row_by_row(monkeypatch):
    """Neither records nor faults hold more than a row."""
    with opened(io.BytesIO((HEADS + "A;x\n" * 100_000).encode()), LAYOUT) as table:
        rows = table.records()
        assert next(rows) == Record(2, {"name": "A", "city": "x"})
        assert sum(1 for _ in rows) == 99_999


def test_the_names_shown_are_those_in_which_an_encoding_shows():
    layout = Layout(columns=LAYOUT.columns, shown=("name",))
    text = "name;city\nAnn;Köln\nJürgen;Köln\nJörg;x\nJürgen;x\n"
    with opened(io.BytesIO(text.encode("cp1252")), layout) as table:
        assert table.names_as_read() == ["Jürgen", "Jörg"]

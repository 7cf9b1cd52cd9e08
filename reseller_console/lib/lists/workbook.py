"""A table as an Excel workbook (.xlsx), row by row into a temporary file."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable, Sequence
from typing import IO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

# So many rows take some seconds; who has more is better served by text, which streams.
MOST_ROWS = 100_000
_NARROWEST, _WIDEST = 8, 48
# Widths follow the rows that are seen first.
_MEASURED = 50
# Text stays text: no formula, no link, no number is made of it.
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


class TooManyRows(Exception):
    """The table has more rows than are written into a workbook."""


def workbook(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> IO[bytes]:
    """Return a workbook of one sheet, ready to be read; raises TooManyRows.

    Dates are dates and numbers are numbers. The heads stay in sight and filter their columns.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        sheet = book.add_worksheet()
        formats: dict[type[dt.date], Format] = {
            dt.date: book.add_format({"num_format": "yyyy-mm-dd"})
        }
        formats[dt.datetime] = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, heads, book.add_format({"bold": True}))
        widths = [len(head) for head in heads]
        last = 0
        for last, row in enumerate(rows, 1):
            if last > MOST_ROWS:
                raise TooManyRows
            _write(sheet, last, row, formats)
            if last <= _MEASURED:
                widths = [max(w, len(str(cell))) for w, cell in zip(widths, row, strict=True)]
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(max(width + 2, _NARROWEST), _WIDEST))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, len(heads) - 1)
    file.seek(0)
    return file


def _write(
    sheet: Worksheet, number: int, row: Sequence[object], formats: dict[type[dt.date], Format]
) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, str):
            if cell:
                sheet.write_string(number, column, cell)
        elif isinstance(cell, dt.date):
            sheet.write_datetime(number, column, cell, formats[type(cell)])
        elif cell is not None:
            sheet.write(number, column, cell)

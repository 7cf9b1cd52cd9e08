"""Rows of an Excel workbook (.xlsx): values as they are shown, read without holding the sheet.

A workbook is an archive of XML and may be made to fill memory or time: what it unpacks to is
known before anything is unpacked, columns and rows have bounds of their own (a sheet may claim
16,384 by 1,048,576 cells and hold one), and defusedxml, which openpyxl uses where it is
installed, refuses entities.
"""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.escape import unescape

from reseller_console.lib.tables.faults import Unreadable
from reseller_console.lib.tables.separated import Line, is_blank

MOST_COLUMNS = 256
# After so many blank rows a sheet is at its end: the ones below have a format, or make work.
_MOST_BLANK = 10_000
_ZEROS = re.compile(r"0+")


@contextmanager
def opened(file: BinaryIO, *, unpacked_most: int) -> Iterator[Any]:
    """Open a workbook whose parts are no larger than so many bytes; raises Unreadable."""
    try:
        size = sum(part.file_size for part in zipfile.ZipFile(file).infolist())
        if size > unpacked_most:
            raise Unreadable(
                _("The workbook is too large: it holds %(size)d megabytes. Split it.")
                % {"size": size // 1_000_000},
                code="too_large",
            )
        file.seek(0)
        with warnings.catch_warnings():
            # What openpyxl cannot keep (styles, validations) does not concern a reader.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises whatever its parts raise.
        raise _damaged() from error
    try:
        yield book
    finally:
        book.close()


def sheets(book: Any) -> list[str]:
    """Return the names of the sheets with cells, those that can be seen first."""
    with_cells = [sheet for sheet in book.worksheets if hasattr(sheet, "iter_rows")]
    return [
        sheet.title for sheet in sorted(with_cells, key=lambda one: one.sheet_state != "visible")
    ]


def rows(book: Any, sheet: str) -> Iterator[Line]:
    """Yield the rows of a sheet that are not blank; raises Unreadable."""
    taken = book[sheet]
    # What a sheet says of its size is often wrong.
    taken.reset_dimensions()
    blank = 0
    for number, row in enumerate(_unspoiled(taken.iter_rows(max_col=MOST_COLUMNS)), start=1):
        cells = _texts(row)
        if not all(map(is_blank, cells)):
            yield number, cells
            blank = 0
        elif (blank := blank + 1) > _MOST_BLANK:
            return


def _texts(row: Any) -> list[str]:
    """Return the cells of a row as text, up to the last one that has any."""
    end = len(row)
    while end and row[end - 1].value is None:
        end -= 1
    return [_text(cell) for cell in row[:end]]


def _unspoiled(found: Iterator[Any]) -> Iterator[Any]:
    try:
        yield from found
    except Exception as error:  # The XML of a sheet is read while its rows are.
        raise _damaged() from error


def _damaged() -> Unreadable:
    return Unreadable(
        _("The workbook is damaged. Open it in a spreadsheet program and save it again."),
        code="damaged",
    )


def _text(cell: Any) -> str:
    """Return a cell as people read it: whole numbers without a point, dates as 2027-06-30."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return unescape(value) if "_x" in value else value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and _ZEROS.fullmatch(str(cell.number_format)):
        # A code such as 01067, kept as a number that is shown with its zeros.
        return str(value).zfill(len(cell.number_format))
    return str(value)

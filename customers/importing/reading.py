"""Reading a CSV file of customers: encoding, separator, header, records with line numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

REQUIRED = (
    "organization_name",
    "segment",
    "types",
    "country",
    "region",
    "city",
    "address_1",
    "address_2",
    "postal_code",
    "contact_first",
    "contact_last",
    "contact_email",
    "language",
)
OPTIONAL = ("vip_id", "managed_by", "custom_anniversary_on", "accepted_on")
_SEPARATORS = ",;\t"


class Unreadable(Exception):
    """The file as a whole cannot be imported; the text says why."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell; `column` is blank when it is the whole line."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        """Return the fault as it is reported."""
        place = f"line {self.line}, {self.column}" if self.column else f"line {self.line}"
        return f"{place}: {self.reason}"


@dataclass(frozen=True)
class Record:
    """One line's cells by column; absent optional columns are blank."""

    line: int
    cells: dict[str, str]


def read(path: Path) -> Iterator[Record | Fault]:
    """Yield the records of a file, and a fault for each line that is none.

    UTF-8 with or without a byte order mark; bytes that are no UTF-8 become characters that
    no field accepts. Comma, semicolon or tab, whichever the header has. Raises Unreadable.
    """
    try:
        file = path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from error
    with file:
        yield from _records(file)


def _records(file: TextIO) -> Iterator[Record | Fault]:
    first = file.readline()
    separator = max(_SEPARATORS, key=first.count)
    header = [name.strip().casefold() for name in next(csv.reader([first], delimiter=separator))]
    _check_header(header)
    reader = csv.reader(file, delimiter=separator)
    line = 2
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Fault(line, "", f"cannot be read as CSV ({error}).")
            cells = []
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield _record(line, header, cells)
        line = reader.line_num + 2


def _check_header(header: list[str]) -> None:
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise Unreadable(f"The first line lacks the columns {', '.join(missing)}.")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise Unreadable(f"The first line names {', '.join(twice)} more than once.")
    unknown = [name for name in header if name not in REQUIRED + OPTIONAL]
    if unknown:
        raise Unreadable(
            f"The first line names unknown columns: {', '.join(unknown)}. Known are"
            f" {', '.join(REQUIRED + OPTIONAL)}."
        )


def _record(line: int, header: list[str], cells: list[str]) -> Record | Fault:
    if len(cells) != len(header):
        return Fault(line, "", f"has {len(cells)} columns instead of {len(header)}.")
    return Record(line, dict.fromkeys(OPTIONAL, "") | dict(zip(header, cells, strict=True)))

"""Reading a list of people: encoding, separator, heads in several languages, line numbers."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext_lazy as _

from customers.importing.reading import Fault
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.text import fold

MOST_ROWS = 5_000
MOST_BYTES = 1_000_000
_SEPARATORS = ",;\t"

NAME, FIRST, LAST, ADDRESS, PRODUCT = "name", "first", "last", "address", "product"
# Heads as they are written in lists, folded and without anything but letters.
_HEADS: Mapping[str, str] = {
    NAME: "name fullname displayname person user"
    " vollstandigername anzeigename benutzer nimi taisnimi isik kasutaja",
    FIRST: "firstname givenname forename vorname eesnimi",
    LAST: "lastname surname familyname nachname familienname perekonnanimi perenimi",
    ADDRESS: "email mail emailaddress mailaddress address emailadresse mailadresse adresse"
    " epost epostiaadress epostaadress meil meiliaadress aadress",
    PRODUCT: "product productname license license produkt produktname lizenz"
    " toode tootenimi litsents",
}
_MEANING = {head: column for column, heads in _HEADS.items() for head in heads.split()}
_LABELS = {NAME: _("Name"), ADDRESS: _("Email address"), PRODUCT: _("Product")}


class Unreadable(ActionRefused):
    """The list as a whole cannot be read; the text says why."""


@dataclass(frozen=True)
class Record:
    """One line of the list; cells are blank where it is silent."""

    line: int
    name: str
    address: str
    product: str


@dataclass
class Reading:
    """A list as it was read: its heads as written, the columns nobody needs, and its lines."""

    heads: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def head(self, column: str) -> str:
        """Return a column's head as the list writes it, else what it is called here."""
        return self.heads.get(column) or str(_LABELS.get(column, ""))


def decoded(data: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16, else Windows-1252. Raises Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable(
            _("The file is larger than 1 megabyte. Split it."), field="file", code="too_large"
        )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data[:200]:
        # Without a mark, Latin letters show which byte of two is the small one.
        return data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read(text: str, *, with_product: bool) -> Reading:
    """Return a list as it was read; with `with_product` each line names its product.

    The first line holds the heads, in any order; a list without heads is taken for names and
    addresses (and products) where its first line has an address. Raises Unreadable.
    """
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise Unreadable(_("The list is empty."), code="empty")
    first = next(line for line in text.splitlines() if line.strip())
    separator = max(_SEPARATORS, key=first.count)
    lines = list(islice(_lines(text, separator), MOST_ROWS + 2))
    heads = lines[0][1] if lines else None
    if heads is None:
        raise Unreadable(_("The first line cannot be read as CSV."), code="no_csv")
    found = Reading()
    columns = _columns(heads, found)
    if ADDRESS not in columns and any("@" in cell for cell in heads):
        columns, found.unused = _guessed(heads, with_product=with_product), []
    else:
        lines = lines[1:]
    _check(columns, with_product=with_product)
    _take(lines, columns, found)
    return found


# A line of the list: its number, and its cells, None when it is no CSV.
_Line = tuple[int, list[str] | None]


def _lines(text: str, separator: str) -> Iterator[_Line]:
    """Yield the lines that are not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None
        else:
            if any(cell.strip() for cell in cells):
                yield line, cells
        line = reader.line_num + 1


def _letters(head: str) -> str:
    return "".join(c for c in fold(head) if unicodedata.category(c)[0] == "L")


def _columns(heads: list[str], found: Reading) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, head in enumerate(heads):
        column = _MEANING.get(_letters(head))
        if column is None or column in columns:
            if head.strip():
                found.unused.append(head.strip()[:40])
        else:
            columns[column] = place
            found.heads[column] = head.strip()
    return columns


def _guessed(cells: list[str], *, with_product: bool) -> dict[str, int]:
    """Return the columns of a list without heads by its first line."""
    address = next(place for place, cell in enumerate(cells) if "@" in cell)
    others = [place for place in range(len(cells)) if place != address]
    wanted = [NAME, PRODUCT] if with_product and len(others) > 1 else [NAME]
    if with_product and len(others) == 1:
        wanted = [PRODUCT]
    return {ADDRESS: address} | dict(zip(wanted, others, strict=False))


def _check(columns: dict[str, int], *, with_product: bool) -> None:
    if ADDRESS not in columns:
        raise Unreadable(
            _("The first line names no column for the email address, such as “email”."),
            code="no_address",
        )
    if with_product and PRODUCT not in columns:
        raise Unreadable(
            _("The first line names no column for the product, such as “product”."),
            code="no_product",
        )


def _take(lines: list[_Line], columns: dict[str, int], found: Reading) -> None:
    if len(lines) > MOST_ROWS:
        raise Unreadable(
            _("The list has more than %(most)s lines. Split it.") % {"most": f"{MOST_ROWS:,}"},
            code="too_many",
        )
    for line, cells in lines:
        if cells is None:
            found.faults.append(Fault(line, "", str(_("This line cannot be read as CSV."))))
            continue
        cell = {
            column: cells[place].strip() if place < len(cells) else ""
            for column, place in columns.items()
        }
        name = cell.get(NAME) or f"{cell.get(FIRST, '')} {cell.get(LAST, '')}".strip()
        found.records.append(Record(line, name, cell[ADDRESS], cell.get(PRODUCT, "")))

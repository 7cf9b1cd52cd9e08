"""A list of people: its columns, and what they are called where such lists come from.

Known are the words of three languages and their neighbors, the user lists of the vendor's admin
console (Identity Type, Username, Email, Team Products, ...), and the directory exports of the two
large office suites (User principal name, Display name; Email Address [Required], ...).
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext_lazy as _

from reseller_console.lib.tables.encodings import Encoding
from reseller_console.lib.tables.faults import Fault, Unreadable
from reseller_console.lib.tables.heads import Column, Layout, plain
from reseller_console.lib.tables.reader import Record as Cells
from reseller_console.lib.tables.reader import Table, as_text, opened

MOST_ROWS = 5_000
MOST_BYTES = 1_000_000
_UNPACKED_MOST = 50_000_000

NAME, FIRST, LAST, ADDRESS, PRODUCT = "name", "first", "last", "address", "product"
LAST_FIRST = "last_first"
_HEADS = {
    NAME: "name|full name|display name|person|user|employee|vollständiger name|anzeigename"
    "|benutzer|mitarbeiter|nimi|täisnimi|isik|kasutaja|töötaja|nazwa|imię i nazwisko|nom"
    "|nom complet|nombre|nombre completo|nome|nome completo|namn|navn|naam|jméno|név|vardas"
    "|vārds|имя|фио|ім'я|koko nimi",
    FIRST: "first name|given name|forename|vorname|eesnimi|imię|prénom|förnamn|fornavn|etunimi"
    "|voornaam|křestní jméno|keresztnév|nombre de pila|nome próprio",
    LAST: "last name|surname|family name|nachname|familienname|perekonnanimi|perenimi|nazwisko"
    "|nom de famille|apellido|apellidos|apelido|cognome|efternamn|etternavn|efternavn|sukunimi"
    "|achternaam|příjmení|vezetéknév|pavardė|uzvārds|фамилия|прізвище",
    LAST_FIRST: "last name first name|surname first name|surname name|nachname vorname"
    "|name vorname|perekonnanimi eesnimi|nazwisko i imię|nazwisko imię|nom prénom"
    "|family name given name",
    # The first that is filled in counts: names to sign in with are addresses in most lists.
    ADDRESS: "email|email address|mail|mail address|address|emailadresse|mailadresse|adresse"
    "|email id|user email|work email|primary email|business email|contact email|email 1"
    "|email1 value|email 1 value|e-post|e-posti aadress|e-postaadress|meil|meiliaadress|aadress"
    "|adres e-mail|adresse e-mail|courriel|correo electrónico|correo|endereço de e-mail"
    "|indirizzo e-mail"
    "|e-postadress|e-mailadres|sähköposti|sähköpostiosoite|e-mailadresse|el. paštas|e-pasts"
    "|электронная почта|почта|эл. почта|primary smtp address|user principal name|upn|username"
    "|user name|login|sign-in name|benutzerprinzipalname|benutzername|kasutajanimi",
    PRODUCT: "product|product name|products|license|licenses|licence|licences|license name"
    "|assigned products|team products|product configurations|product profiles|product profile"
    "|entitlements|produkt|produktname|produkte|lizenz|lizenzen|toode|tooted|tootenimi|litsents"
    "|litsentsid|produkty|produit|produits|producto|productos|prodotto|produto|tuote",
}  # fmt: skip
_LABELS = {NAME: _("Name"), ADDRESS: _("Email address"), PRODUCT: _("Product")}
_MISSING = {
    ADDRESS: _("The first line names no column for the email address, such as “email”."),
    PRODUCT: _("The first line names no column for the product, such as “product”."),
}
# No cell longer than this holds an address, with a name or without.
_LONGEST = 500
_AT = "@＠"
_ADDRESS = re.compile(r'[^\s@＠;,|<>"]+[@＠][^\s@＠;,|<>"]+')
_NAMED_ADDRESS = re.compile(r'(?:mailto:)?"?([^<>"]*)"?\s*<([^<>]+[@＠][^<>]+)>')


@dataclass(frozen=True)
class Record:
    """One line of the list; cells are blank where it is silent."""

    line: int
    name: str
    address: str
    product: str


@dataclass
class Reading:
    """A list as it was read: its heads as written, the columns nobody needs, and its lines.

    `text` is all of it, to be read once more when it has been looked at; `encoding` is None for
    a workbook. `names` are some in which a wrong encoding would show.
    """

    heads: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    text: str = ""
    encoding: Encoding | None = None
    names: list[str] = field(default_factory=list)

    def head(self, column: str) -> str:
        """Return a column's head as the list writes it, else what it is called here."""
        return self.heads.get(column) or str(_LABELS.get(column, ""))


def layout(*, with_product: bool) -> Layout:
    """Return the columns of a list; with `with_product` each line names its product."""
    required = {ADDRESS, PRODUCT} if with_product else {ADDRESS}
    return Layout(
        columns=tuple(
            Column(
                name,
                heads=tuple(dict.fromkeys(plain(head) for head in heads.split("|"))),
                required=name in required,
                looks_like=_LOOKS.get(name),
                missing=_MISSING.get(name, ""),
            )
            for name, heads in _HEADS.items()
        ),
        in_order=(NAME, PRODUCT) if with_product else (NAME,),
        left_over=(NAME, FIRST, LAST, LAST_FIRST),
        shown=(NAME, FIRST, LAST, LAST_FIRST),
        mark=_AT,
    )


def read(data: bytes, *, with_product: bool, encoding: str = "") -> Reading:
    """Return the list in a file; raises Unreadable.

    `encoding` is one of the choices of `lib.tables.encodings`; blank, it is found out.
    """
    if len(data) > MOST_BYTES:
        raise _too_large()
    with opened(
        io.BytesIO(data),
        layout(with_product=with_product),
        encoding=encoding,
        unpacked_most=_UNPACKED_MOST,
    ) as table:
        return _reading(table, data)


def _too_large() -> Unreadable:
    return Unreadable(
        _("The file is larger than 1 megabyte. Split it."), field="file", code="too_large"
    )


def _reading(table: Table, data: bytes) -> Reading:
    rows = list(islice(table.records(), MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise Unreadable(
            _("The list has more than %(most)s lines. Split it.") % {"most": f"{MOST_ROWS:,}"},
            code="too_many",
        )
    found = Reading(table.heads.written, table.heads.unused, encoding=table.encoding)
    found.names = table.names_as_read()
    if table.encoding is None:
        found.text = as_text(table)
    else:
        found.text = data.decode(table.encoding.name, errors="replace").removeprefix("\ufeff")
    if len(found.text.encode()) > MOST_BYTES:
        # It goes to the browser and back, as UTF-8.
        raise _too_large()
    for row in rows:
        if isinstance(row, Fault):
            found.faults.append(row)
        else:
            found.records.append(_record(row))
    return found


def _is_address(cell: str) -> bool:
    if len(text := cell.strip()) > _LONGEST:
        return False
    return bool(_ADDRESS.fullmatch(text) or _NAMED_ADDRESS.fullmatch(text))


def _is_name(cell: str) -> bool:
    return any(map(str.isalpha, cell)) and not any(c.isdigit() or c in _AT for c in cell)


_LOOKS = {ADDRESS: _is_address, NAME: _is_name}


def _record(row: Cells) -> Record:
    cells = row.cells
    name, address = _name(cells), cells[ADDRESS]
    if len(address) <= _LONGEST and (named := _NAMED_ADDRESS.fullmatch(address)):
        # As mail programs write it: Mari Kask <mari@people.example>.
        name, address = name or named[1].strip(), named[2]
    return Record(row.line, name, address.removeprefix("mailto:"), cells.get(PRODUCT, ""))


def _name(cells: dict[str, str]) -> str:
    name, first, last = cells.get(NAME, ""), cells.get(FIRST, ""), cells.get(LAST, "")
    if both := cells.get(LAST_FIRST, ""):
        last, _comma, first = (part.strip() for part in both.partition(","))
    elif first and LAST not in cells and first.casefold() not in name.casefold():
        # Beside a first name, "Name" is the last one, as in "Name; Vorname".
        name, last = "", name
    return name or f"{first} {last}".strip()

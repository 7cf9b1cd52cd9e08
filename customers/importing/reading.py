"""A file of customers: its columns, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reseller_console.lib.tables.faults import Unreadable
from reseller_console.lib.tables.heads import Column, Layout, plain
from reseller_console.lib.tables.reader import Table, opened

# Each column by the name the documentation gives it, with what else it is called: the words of
# the invitation dialog and of our own exports, and those of other systems.
REQUIRED = {
    "organization_name": "organization|organisation|organisation name|company|company name"
    "|account name|customer|customer name|kunde|firma|organisationsname|ettevõte|organisatsioon"
    "|organisatsiooni nimi",
    "segment": "market segment|marktsegment",
    "types": "type|offering|offerings",
    "country": "country code|country/region|land|riik",
    "region": "state|province|state/province|county|bundesland|maakond",
    "city": "town|ort|stadt|linn",
    "address_1": "address line 1|address|street|street address|straße|anschrift|aadress",
    "address_2": "address line 2|adresszusatz",
    "postal_code": "zip|zip code|zip or postal code|postcode"
    "|plz|postleitzahl|sihtnumber|postiindeks",
    "contact_first": "contact first name|first name|vorname|eesnimi",
    "contact_last": "contact last name|last name|surname|nachname|perekonnanimi",
    "contact_email": "email|email address|contact email address|e-post",
    "language": "preferred language|contact language|sprache|keel",
}
OPTIONAL = {
    "vip_id": "vip number|vip",
    "managed_by": "account manager|manager",
    "custom_anniversary_on": "custom anniversary date|custom anniversary",
    "accepted_on": "accepted|terms accepted on",
}

LAYOUT = Layout(
    columns=tuple(
        Column(
            name,
            # All of one rank would be twice the same column: a file names each only once.
            heads=tuple(dict.fromkeys(plain(head) for head in (name, *others.split("|")))),
            required=name in REQUIRED,
        )
        for name, others in {**REQUIRED, **OPTIONAL}.items()
    ),
    strict=True,
    shown=("organization_name", "contact_first", "contact_last", "city"),
)


@contextmanager
def read(path: Path, *, encoding: str = "") -> Iterator[Table]:
    """Open a file of customers; raises Unreadable with what is wrong with the whole of it."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from error
    with file, opened(file, LAYOUT, encoding=encoding) as table:
        yield table

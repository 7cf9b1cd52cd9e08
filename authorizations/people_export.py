"""Who has what as a file: everybody on the list on the screen, by name, a licence a line."""

from __future__ import annotations

from collections.abc import Iterator

from defusedcsv import csv
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from authorizations.holders import Held, PeoplePage
from authorizations.models import Assignment, Person
from customers.keyset import Beyond, Cursor, ordering
from customers.standing import Day
from reseller_console.lib.clock import date_of

BATCH = 1_000
# Spreadsheets take a file for UTF-8 only when it begins with this.
BYTE_ORDER_MARK = "\ufeff"

_COLUMNS: list[str | Promise] = [
    _("Name"),
    _("E-mail"),
    _("Product"),
    _("Licence"),
    _("Given on"),
    _("Given by"),
    _("Ended on"),
    _("Why it ended"),
    _("Ended by"),
]


class _Line:
    """A file of which only the line written last exists."""

    def write(self, text: str) -> str:
        return text


def lines(page: PeoplePage) -> Iterator[str]:
    """Yield the file line by line: the heads, then every licence on the list, page by page."""
    writer = csv.writer(_Line(), lineterminator="\r\n")
    yield BYTE_ORDER_MARK + writer.writerow([str(label) for label in _COLUMNS])
    zone = page.customer.reseller.time_zone
    for person in _everybody(page):
        for held in page.row(person).licences:
            yield writer.writerow(_cells(person, held, zone))


def file_name(day: Day) -> str:
    """Return the name the file is saved under."""
    return f"licences-{day.today.isoformat()}.csv"


def _everybody(page: PeoplePage) -> Iterator[Person]:
    people = page.people().order_by(*ordering(page.keys, downwards=False))
    batch = people
    while True:
        rows = list(batch[:BATCH])
        yield from rows
        if len(rows) < BATCH:
            return
        last = Cursor((rows[-1].name_sort, rows[-1].pk), 0)
        batch = people.filter(Beyond(page.keys, last, downwards=False))


def _cells(person: Person, held: Held, zone: str) -> list[object]:
    row = held.assignment
    because = Assignment.Ended(row.ended_because).label if row.ended_because else ""
    return [
        person.name,
        person.address,
        row.product.name,
        str(held.state.label) if held.state else "",
        date_of(row.assigned_at, zone).isoformat(),
        str(row.assigned_by or ""),
        date_of(row.ended_at, zone).isoformat() if row.ended_at else "",
        str(because),
        str(row.ended_by or ""),
    ]

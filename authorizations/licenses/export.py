"""Who has what as a file: everyone on the list on the screen, by name, one license per line.

People are read in batches by keyset and their licenses with them, as plain values: neither the
process nor the database holds more than one batch, and each leaves as soon as it is written.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from authorizations.licenses.people_page import PeoplePage
from authorizations.licenses.queue import State
from authorizations.models import Assignment
from reseller_console.accounts.models import User
from reseller_console.lib.lists import FileColumn, ListFile, batches
from reseller_console.tenancy.models import Day

BATCH = 1_000


class _Person(NamedTuple):
    """A person on the list, as read."""

    pk: int
    name_sort: str
    name: str
    address: str


class _License(NamedTuple):
    """A license a person has or had, as read."""

    person_id: int
    pk: int
    product_id: int
    product__name: str
    stands_at: dt.datetime
    assigned_at: dt.datetime
    assigned_by: int | None
    ended_at: dt.datetime | None
    ended_because: str
    ended_by: int | None


def file_of(page: PeoplePage, day: Day) -> ListFile:
    """Return every license of everyone on the list, on whatever page."""
    heads = [column.label for column in _COLUMNS]
    return ListFile(f"licenses-{day.today.isoformat()}", heads, _lines(page))


def _lines(page: PeoplePage) -> Iterator[Iterable[list[object]]]:
    words = _Words(page)
    for people in _everybody(page):
        theirs = _licenses(page, people)
        words.learn_names(theirs.values())
        yield (
            _cells(_Line(person, license, words))
            for person in people
            for license in theirs[person.pk]
        )


def _everybody(page: PeoplePage) -> Iterator[list[_Person]]:
    people = page.people().values_list(*_Person._fields, named=True)
    read = batches(people, page.keys, size=BATCH, keys_of=lambda row: (row.name_sort, row.pk))
    for batch in read:
        yield [_Person(*row) for row in batch]


def _licenses(page: PeoplePage, people: list[_Person]) -> dict[int, list[_License]]:
    rows = page.licenses().filter(person__in=[person.pk for person in people])
    found: dict[int, list[_License]] = defaultdict(list)
    for row in rows.values_list(*_License._fields):
        found[row[0]].append(_License(*row))
    return found


class _Words:
    """What is read, in the words of the screen; each word is looked up once per file."""

    def __init__(self, page: PeoplePage) -> None:
        self.state_at = page.state_at
        self.states = {state: str(state.label) for state in State} | {None: ""}
        self.reasons = {reason.value: str(reason.label) for reason in Assignment.Ended} | {"": ""}
        self.zone = ZoneInfo(page.customer.reseller.time_zone)
        self.users: dict[int | None, str] = {None: ""}

    def learn_names(self, licenses: Iterable[list[_License]]) -> None:
        """Look up the names of those who gave or ended licenses, where they are not known."""
        by = {pk for some in licenses for row in some for pk in (row.assigned_by, row.ended_by)}
        if new := by - self.users.keys():
            self.users |= {pk: str(user) for pk, user in User.objects.in_bulk(new).items()}

    def state(self, license: _License) -> str:
        """Return what the license is good for; blank for one that has ended."""
        if license.ended_at is not None:
            return ""
        state = self.state_at(license.product_id, (license.stands_at, license.pk))
        return self.states[state]

    def date(self, instant: dt.datetime | None) -> dt.date | None:
        """Return the day of an instant at the reseller; None for none."""
        return instant.astimezone(self.zone).date() if instant else None


class _Line(NamedTuple):
    """A license of a person, and the words for it."""

    person: _Person
    license: _License
    words: _Words


_COLUMNS: tuple[FileColumn[_Line], ...] = (
    FileColumn(_("Name"), lambda line: line.person.name),
    FileColumn(_("Email"), lambda line: line.person.address),
    FileColumn(_("Product"), lambda line: line.license.product__name),
    FileColumn(_("License"), lambda line: line.words.state(line.license)),
    FileColumn(_("Given on"), lambda line: line.words.date(line.license.assigned_at)),
    FileColumn(_("Given by"), lambda line: line.words.users[line.license.assigned_by]),
    FileColumn(_("Ended on"), lambda line: line.words.date(line.license.ended_at)),
    FileColumn(_("Why it ended"), lambda line: line.words.reasons[line.license.ended_because]),
    FileColumn(_("Ended by"), lambda line: line.words.users[line.license.ended_by]),
)


def _cells(line: _Line) -> list[object]:
    return [column.cell(line) for column in _COLUMNS]

"""The list as a file: the customers on the screen, in their order, however many.

Rows are read in batches by keyset, so that neither the process nor the database holds more
than one batch, and each line leaves as soon as it is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import BooleanField, Case, Value, When
from django.utils.translation import gettext_lazy as _

from customers.customer_list.columns import IN_FILE, Fact
from customers.customer_list.listing import Listing
from customers.customer_list.rows import Row, read, rows_on
from customers.standing import FILTERS, Filter
from reseller_console.accounts.models import User
from reseller_console.lib.lists import Sheet, batches, computed, keys_of
from reseller_console.tenancy.models import Day

BATCH = 1_000

_STANDINGS = {f"in_{number}": entry for number, entry in enumerate(FILTERS) if entry.slug}
_COLUMNS = (*IN_FILE, *(Fact(name, entry.label) for name, entry in _STANDINGS.items()))


def lines(listing: Listing, user: User, day: Day) -> Iterator[str]:
    """Yield the file line by line: the heads, then every customer on the list."""
    sheet, words = Sheet(), [_Words(fact) for fact in _COLUMNS]
    yield sheet.heads(fact.label for fact in _COLUMNS)
    for batch in _batches(listing, user, day):
        for row in batch:
            yield sheet.rows([[column.of(row) for column in words]])


def file_name(day: Day) -> str:
    """Return the name the file is saved under."""
    return f"customers-{day.today.isoformat()}.csv"


def _batches(listing: Listing, user: User, day: Day) -> Iterator[list[Row]]:
    keys = listing.keys(user, day)
    standings = {name: _holds(entry, day) for name, entry in _STANDINGS.items()}
    customers = listing.customers(user, day, among=rows_on(day))
    customers = customers.annotate(**standings, **computed(keys))
    return batches(
        read(customers, _COLUMNS, keys),
        keys,
        size=BATCH,
        keys_of=lambda row: keys_of(row, keys),
        downwards=listing.sort.downwards,
    )


def _holds(entry: Filter, day: Day) -> Case:
    return Case(
        When(entry.when(day), then=Value(True)), default=Value(False), output_field=BooleanField()
    )


class _Words:
    """A column in the words of the screen; each word is translated once a file."""

    def __init__(self, fact: Fact) -> None:
        self.name = fact.name
        self.words: dict[object, str] = {None: "", True: str(_("yes")), False: str(_("no"))}
        self.words |= {choice.value: str(choice.label) for choice in fact.choices or ()}

    def of(self, row: Row) -> object:
        """Return a row's cell in this column."""
        value = getattr(row, self.name)
        if isinstance(value, list):
            return ", ".join(self.words[part] for part in value)
        return value.isoformat() if isinstance(value, dt.date) else self.words.get(value, value)

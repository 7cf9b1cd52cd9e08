"""The list as a file: the customers on the screen, in their order, however many.

Rows are read in batches by keyset, so that neither the process nor the database holds more
than one batch, and each line leaves as soon as it is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import BooleanField, Case, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.customer_list.listing import Listing
from customers.customer_list.rows import rows_on
from customers.invitations.status import InvitationStatus
from customers.offerings import Offering
from customers.standing import FILTERS, Filter
from notifications.delivery import Delivery
from reseller_console.accounts.models import User
from reseller_console.lib.lists.export import Sheet, batches
from reseller_console.lib.lists.keyset import computed
from reseller_console.tenancy.models import Day
from reseller_console.tenancy.segments import Segment

BATCH = 1_000

_STANDINGS = [entry for entry in FILTERS if entry.slug]
_COLUMNS: list[tuple[str, str | Promise]] = [
    ("vip_id", _("VIP ID")),
    ("name", _("Organization name")),
    ("contact_first_name", _("Contact first name")),
    ("contact_last_name", _("Contact last name")),
    ("contact_email", _("Contact email")),
    ("country", _("Country")),
    ("segment", _("Segment")),
    ("offerings", _("Type")),
    ("anniversary", _("Anniversary date")),
    ("manager", _("Managed by")),
    ("invited_on", _("Invited on")),
    ("invitation_state", _("VIP Invitation status")),
    ("delivery", _("Invitation mail")),
    *((f"in_{number}", entry.label) for number, entry in enumerate(_STANDINGS)),
]
_FIELDS = [field for field, label in _COLUMNS]


def lines(listing: Listing, user: User, day: Day) -> Iterator[str]:
    """Yield the file line by line: the heads, then every customer on the list."""
    sheet, wording = Sheet(), _Wording()
    yield sheet.heads(label for field, label in _COLUMNS)
    for batch in _values(listing, user, day):
        for values in batch:
            yield sheet.rows([wording.of(dict(zip(_FIELDS, values, strict=False)))])


def file_name(day: Day) -> str:
    """Return the name the file is saved under."""
    return f"customers-{day.today.isoformat()}.csv"


def _values(listing: Listing, user: User, day: Day) -> Iterator[list[tuple]]:
    keys = listing.keys(user, day)
    standings = {f"in_{n}": _holds(entry, day) for n, entry in enumerate(_STANDINGS)}
    customers = listing.customers(user, day, among=rows_on(day))
    customers = customers.annotate(**standings, **computed(keys))
    return batches(
        customers.values_list(*_FIELDS, *(key.name for key in keys)),
        keys,
        size=BATCH,
        keys_of=lambda row: row[len(_FIELDS) :],
        downwards=listing.sort.downwards,
    )


def _holds(entry: Filter, day: Day) -> Case:
    return Case(
        When(entry.when(day), then=Value(True)), default=Value(False), output_field=BooleanField()
    )


class _Wording:
    """Values in the words of the screen; each word is translated once a file."""

    def __init__(self) -> None:
        self.words: dict[str, dict[Any, str]] = {
            "segment": {choice.value: str(choice.label) for choice in Segment},
            "invitation_state": {choice.value: str(choice.label) for choice in InvitationStatus},
            "delivery": {None: ""} | {choice.value: str(choice.label) for choice in Delivery},
        }
        self.offerings = {choice.value: str(choice.label) for choice in Offering}
        self.yes_or_no = {True: str(_("yes")), False: str(_("no"))}

    def of(self, row: dict[str, object]) -> list[object]:
        """Return a row's cells in the order of the columns."""
        return [self._cell(field, row[field]) for field in _FIELDS]

    def _cell(self, field: str, value: Any) -> object:
        if field in self.words:
            return self.words[field][value]
        if field == "offerings":
            return ", ".join(self.offerings[code] for code in value)
        if isinstance(value, bool):
            return self.yes_or_no[value]
        if isinstance(value, dt.date):
            return value.isoformat()
        return "" if value is None else value

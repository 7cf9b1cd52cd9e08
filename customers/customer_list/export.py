"""The list as a file: the customers on the screen, in their order, however many.

Rows are read in batches by keyset, so that neither the process nor the database holds more
than one batch, and each leaves as soon as it is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Case, Value, When
from django.utils.translation import gettext_lazy as _

from customers.customer_list.columns import IN_FILE, Fact
from customers.customer_list.listing import Listing
from customers.customer_list.rows import Row, read, rows_on
from customers.customer_list.values import Values, zone_of
from customers.invitations.reasons import reason_of_invitation
from customers.invitations.status import InvitationStatus
from customers.standing import FACTS, FILTERS, Filter
from reseller_console.accounts.models import User
from reseller_console.lib.lists import ListFile, batches, computed, keys_of
from reseller_console.tenancy.models import Day

BATCH = 1_000

_STANDINGS = {f"in_{number}": entry for number, entry in enumerate(FILTERS) if entry.slug}
# What the reasons are made of beside the columns: rollup facts, and instants of the invitation.
_FACTS_OF_REASONS = (
    *FACTS,
    *("renewal_licenses", "next_renewal_licenses"),
    *("invitation_expires_on", "accepted_at", "withdrawn_at"),
)
_COLUMNS = (*IN_FILE, *(Fact(name, entry.label) for name, entry in _STANDINGS.items()))


def file_of(listing: Listing, user: User, day: Day) -> ListFile:
    """Return every customer on the list, on whatever page."""
    heads = [*(fact.label for fact in _COLUMNS), _("Why")]
    return ListFile(f"customers-{day.today.isoformat()}", heads, _cells(listing, user, day))


def _cells(listing: Listing, user: User, day: Day) -> Iterator[list[list[object]]]:
    zone = zone_of(user)
    columns = [(fact.name, Values(fact, zone)) for fact in _COLUMNS]
    for batch in _batches(listing, user, day):
        yield [
            [
                *(values.in_file(getattr(row, name)) for name, values in columns),
                _why(row, day, zone),
            ]
            for row in batch
        ]


def _why(row: Any, day: Day, zone: ZoneInfo) -> str:
    """Return why the invitation has its status, and the customer is in its filters."""
    state = InvitationStatus(row.invitation_state)
    said = [f"{state.label}: {reason_of_invitation(state, row, zone=zone)}"]
    for entry in _STANDINGS.values():
        reason = entry.reason(row, day)
        if reason is not None:
            said.append(f"{entry.label}: {reason}")
    return " ".join(said)


def _batches(listing: Listing, user: User, day: Day) -> Iterator[list[Row]]:
    keys = listing.keys(user, day)
    standings = {name: _holds(entry, day) for name, entry in _STANDINGS.items()}
    customers = listing.customers(user, day, among=rows_on(day))
    customers = customers.annotate(**standings, **computed(keys))
    return batches(
        read(customers, (*_COLUMNS, *map(Fact, _FACTS_OF_REASONS)), keys),
        keys,
        size=BATCH,
        keys_of=lambda row: keys_of(row, keys),
        downwards=listing.sort.downwards,
    )


def _holds(entry: Filter, day: Day) -> Case:
    return Case(
        When(entry.when(day), then=Value(True)), default=Value(False), output_field=BooleanField()
    )

"""The worklist as an address asks for it: filter, switches, search and place.

What is unknown in the address falls back to the usual; nothing in it can make the page fail.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Concat, Lower, StrIndex
from django.db.models.lookups import GreaterThan
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from authorizations.models import AuthorizationQuerySet, PurchaseAuthorization
from authorizations.rules.status import Status, when, when_open
from reseller_console.accounts.models import User
from reseller_console.lib.lists import Key, ListAddress, read_date, read_id
from reseller_console.lib.text import searchable
from reseller_console.tenancy.models import Day

PATH = "/orders/"
EXPORT_PATH, WORKBOOK_PATH = f"{PATH}export.csv", f"{PATH}export.xlsx"

# Most urgent first.
KEYS = [Key("due_on", F("due_on"), read_date), Key("id", F("id"), read_id)]
SLUG = "due"


@dataclass(frozen=True)
class Show:
    """One filter of the worklist; without a state it is everything that awaits an order."""

    slug: str
    label: str | Promise
    meaning: str | Promise
    none: str | Promise
    state: Status | None = None


SHOWS = (
    Show(
        "",
        _("Awaiting an order"),
        _("Customers are using licenses whose orders have not been placed yet."),
        _("Nothing has to be ordered. New purchase authorizations appear here at once."),
    ),
    Show(
        "pending",
        Status.PENDING.label,
        _("The order is not due yet. It can be placed any day; nothing is blocked."),
        _("No order is waiting before its due date."),
        Status.PENDING,
    ),
    Show(
        "overdue",
        Status.OVERDUE.label,
        _("The order is late. The customer gets nothing new until it is recorded."),
        _("No order is late."),
        Status.OVERDUE,
    ),
    Show(
        "suspended",
        Status.SUSPENDED.label,
        _(
            "The order is so late that the licenses have stopped working. Recording it brings"
            " them back."
        ),
        _("No licenses are suspended."),
        Status.SUSPENDED,
    ),
)
BY_SLUG = {show.slug: show for show in SHOWS}
ALL = SHOWS[0]


@dataclass(frozen=True)
class Worklist(ListAddress):
    """One worklist."""

    is_dated = True

    show: Show = ALL
    mine: bool = False
    requested: bool = False

    @classmethod
    def own(cls, query: Mapping[str, str]) -> dict[str, Any]:
        """Read filter and switches."""
        return {
            "show": BY_SLUG.get(query.get("show", ""), ALL),
            "mine": query.get("mine") == "1",
            "requested": query.get("requested") == "1",
        }

    def narrowing(self) -> dict[str, str]:
        """Return the filter and the switches."""
        return {
            "show": self.show.slug,
            "mine": "1" if self.mine else "",
            "requested": "1" if self.requested else "",
        }

    def path(self, path: str = PATH, **more: str) -> str:
        """Return the address of this list, or of another shape of it below `path`."""
        return self.below(path, **more)

    def authorizations(self, user: User, day: Day) -> AuthorizationQuerySet:
        """Return everything the filter and the switches leave, unsorted; the search aside."""
        rows = self.switched(user, day)
        state = self.show.state
        return rows if state is None else rows.filter(when(state, day.today))

    def switched(self, user: User, day: Day) -> AuthorizationQuerySet:
        """Return everything the switches leave, in any state that awaits an order."""
        rows = PurchaseAuthorization.objects.of(user).filter(when_open(day.today))
        if self.mine:
            rows = rows.filter(customer__managed_by=user)
        return rows.filter(requested_by__isnull=False) if self.requested else rows


def matching(q: str) -> Q:
    """Return the condition on a PA for a question.

    Every word must occur in what the customer is found by, or in the PA's own numbers: a PO
    number finds the PA it is on and no other of the customer's.
    """
    numbers = Lower(Concat("number", Value(" "), "po_number", output_field=CharField()))
    condition = Q()
    for word in q.split():
        folded = searchable(word).split()
        of_customer = Q()
        for part in folded:
            of_customer &= Q(customer__search_identity__contains=part)
        if folded:
            condition &= of_customer | Q(GreaterThan(StrIndex(numbers, Value(word.lower())), 0))
    return condition

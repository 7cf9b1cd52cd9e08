"""The history of orders as an address asks for it: filter, switch, search and place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from authorizations.doors import orders_of
from authorizations.models import Order, OrderLine, ReturnedLine
from reseller_console.accounts.models import User
from reseller_console.lib.lists import Key, ListAddress, read_date, read_id
from reseller_console.lib.text import comparison_key, searchable

PATH = "/orders/history/"
EXPORT_PATH, WORKBOOK_PATH = f"{PATH}export.csv", f"{PATH}export.xlsx"

# Newest first.
KEYS = [Key("ordered_on", F("ordered_on"), read_date), Key("id", F("id"), read_id)]
SLUG = "ordered"


@dataclass(frozen=True)
class Show:
    """One filter of the history; without a condition it is every order."""

    slug: str
    label: str | Promise
    meaning: str | Promise
    # What a line of the order is like.
    lines: Q | None = None


SHOWS = (
    Show("", _("All orders"), _("Every order that was recorded, newest first.")),
    Show(
        "authorizations",
        _("With PA"),
        _("Orders that pay for purchase authorizations."),
        Q(authorization__isnull=False),
    ),
    Show(
        "direct",
        _("Direct"),
        _("Orders of products that were bought without a purchase authorization."),
        Q(authorization__isnull=True, renews_on__isnull=True),
    ),
    Show(
        "renewals",
        _("Renewals"),
        _("Orders that renew a term."),
        Q(renews_on__isnull=False),
    ),
    Show(
        "returned",
        _("Returned"),
        _("Orders of which something was returned, in part or as a whole."),
        Q(Exists(ReturnedLine.objects.filter(order_line=OuterRef("pk")))),
    ),
)
BY_SLUG = {show.slug: show for show in SHOWS}
ALL = SHOWS[0]


@dataclass(frozen=True)
class History(ListAddress):
    """One history of orders."""

    is_dated = True

    show: Show = ALL
    mine: bool = False

    @classmethod
    def own(cls, query: Mapping[str, str]) -> dict[str, Any]:
        """Read filter and switch."""
        return {
            "show": BY_SLUG.get(query.get("show", ""), ALL),
            "mine": query.get("mine") == "1",
        }

    def narrowing(self) -> dict[str, str]:
        """Return the filter and the switch."""
        return {"show": self.show.slug, "mine": "1" if self.mine else ""}

    def path(self, path: str = PATH, **more: str) -> str:
        """Return the address of this list, or of another shape of it below `path`."""
        return self.below(path, **more)

    def switched(self, user: User) -> QuerySet[Order]:
        """Return the orders the switch leaves: all, or those with a customer of one's own."""
        orders = orders_of(user)
        return orders.filter(having(Q(customer__managed_by=user))) if self.mine else orders

    def orders(self, user: User) -> QuerySet[Order]:
        """Return everything on the list, unsorted."""
        orders = self.switched(user)
        if self.show.lines is not None:
            orders = orders.filter(having(self.show.lines))
        return orders.filter(matching(self.q)) if self.searches else orders


def having(lines: Q) -> Exists:
    """Return the condition that an order has a line like that."""
    return Exists(OrderLine.objects.filter(lines, order=OuterRef("pk")))


def matching(q: str) -> Q:
    """Return the condition on an order for a question.

    Every word must occur in the order's number, or in one of its lines: in the PA's number, its
    PO number, a return's number, or in what the customer is found by.
    """
    condition = Q()
    for word in q.split():
        folded = searchable(word).split()
        if not folded:
            continue
        of_customer, key = Q(), comparison_key(word)
        for part in folded:
            of_customer &= Q(customer__search_identity__contains=part)
        returned = ReturnedLine.objects.filter(order_line=OuterRef("pk"), number_key__contains=key)
        line = (
            of_customer
            | Q(authorization__number__contains=word.upper())
            | Q(authorization__po_number__icontains=word)
            | Q(Exists(returned))
        )
        condition &= Q(number_key__contains=key) | Q(having(line))
    return condition

"""The rows of the customers' list, printed from stencils (`lib/lists/stencils.py`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from customers.customer_list.columns import COLUMNS, ON_PAGE, Fact
from customers.customer_list.rows import Row
from customers.customer_list.values import Values, zone_of
from customers.invitations.status import InvitationStatus
from notifications.delivery import Delivery
from reseller_console.accounts.models import User
from reseller_console.lib.lists import Stencil, joined
from reseller_console.lib.states import StateChoices

_ROW = Stencil("customers/row.html", columns=COLUMNS)

# What a row offers (`pick` is a box to choose it, and Change Managed by), then each fact.
_NAMES = ("pick", "create", "resend", *(fact.name for fact in ON_PAGE))
_PLACES = {name: place for place, name in enumerate(_NAMES)}


class Shape(tuple[object, ...]):
    """What a row offers and has, by name: states and flags as they are, else whether it is there.

    Not of named fields, because the facts are those of the columns.
    """

    def __getattr__(self, name: str) -> object:
        """Return an offer or a fact; raises AttributeError where there is none of that name."""
        if name not in _PLACES:
            raise AttributeError(name)
        return self[_PLACES[name]]


def rows_html(rows: Iterable[Row], user: User, query: str = "") -> SafeString:
    """Return the rows of the table's body, with the actions that are open to `user`.

    `query` keeps the day of the list in the links of a row.
    """
    zone = zone_of(user)
    facts = [_Printed(fact, zone) for fact in ON_PAGE]
    # Asked once: the signed-in user is a lazy object, which takes time to ask.
    write, pick = user.may_write, user.may_run_team
    return joined(_printed(row, facts, {"query": query}, write=write, pick=pick) for row in rows)


def _printed(
    row: Any, facts: list[_Printed], common: dict[str, str], *, write: bool, pick: bool
) -> SafeString:
    texts = dict(common)
    shape = [fact.put(getattr(row, fact.name), texts) for fact in facts]
    accepted = row.invitation_state == InvitationStatus.ACCEPTED
    create = write and row.invitation_state != InvitationStatus.WITHDRAWN
    # As `customers.admins.memberships.may_be_accepted` has it, or after coming back.
    resend = write and not (accepted and row.has_admin)
    return _ROW.printed(texts, Shape((pick, create, resend, *shape)))


class _Printed:
    """A fact on one page: its label for each value is looked up once."""

    def __init__(self, fact: Fact, zone: ZoneInfo) -> None:
        self.name, self.values = fact.name, Values(fact, zone)
        self.is_state = fact.choices is not None and issubclass(fact.choices, StateChoices)
        # A look-up in a dict takes a fifth of calling the enumeration.
        self.states = {state.value: state for state in fact.choices or ()} if self.is_state else {}

    def put(self, value: Any, texts: dict[str, str]) -> object:
        """Add the fact's texts to those of the row; return what it adds to the row's shape."""
        texts[self.name] = self.values.on_page(value)
        if isinstance(value, dt.date):
            texts[f"{self.name}_iso"] = value.isoformat()
        return self.states.get(value) if self.is_state else bool(value)


def legend_html() -> SafeString:
    """Return what the states of an invitation and of its mail mean."""
    return _legend(get_language() or "")


@lru_cache
def _legend(language: str) -> SafeString:
    states = {"invitation_states": InvitationStatus, "delivery_states": Delivery}
    return render_to_string(
        "customers/legend.html", {name: list(choices) for name, choices in states.items()}
    )

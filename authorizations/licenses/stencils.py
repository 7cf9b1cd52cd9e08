"""People and their licenses as rows of tables, printed from stencils (`lib/lists/stencils.py`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from authorizations.licenses.holders import ProductPage
from authorizations.licenses.lists import Held
from authorizations.licenses.people_page import PeoplePage, PersonRow
from authorizations.licenses.queue import State
from authorizations.licenses.state_reasons import reason_of_license
from authorizations.models import Person
from reseller_console.lib.lists import Stencil, joined
from reseller_console.lib.wording import short_date

# The texts of one row by name, as its template asks for them.
Texts = dict[str, str]

_HOLDER = Stencil("member/holder_row.html")
_PAST_HOLDER = Stencil("member/past_holder_row.html")
_PERSON = Stencil("member/person_row.html")
_LICENSE = Stencil("member/person_license.html")


class _Holder(NamedTuple):
    """A row of a product's page: who has a license (with its state), or had one."""

    named: bool
    state: State | None
    ended_by: bool


class _Person(NamedTuple):
    """A row of the people's page: a person with what they have, or had."""

    named: bool
    ended: bool


class _License(NamedTuple):
    """A license in the row of a person; `state` is told unless it simply works."""

    state: State | None
    ended: bool
    ended_by: bool


def holder_rows(page: ProductPage) -> SafeString:
    """Return the table rows of a product's page."""
    reseller = page.customer.reseller
    words = _Words(reseller.time_zone)
    # The same for everybody in one state of the queue.
    reasons = {
        state: str(reason_of_license(state, page.queue, seller=reseller.name)) for state in State
    }
    return joined(words.holder(row, reasons) for row in page.rows)


def person_rows(page: PeoplePage) -> SafeString:
    """Return the table rows of the people's page."""
    words = _Words(page.customer.reseller.time_zone)
    base, products = page.listing.path, f"{page.customer.get_member_url()}products/"
    ended = page.listing.ended
    return joined(words.person(row, base=base, products=products, ended=ended) for row in page.rows)


class _Words:
    """The texts of one page; days are those of a time zone."""

    def __init__(self, time_zone: str) -> None:
        self.zone = ZoneInfo(time_zone)

    def holder(self, row: Held, reasons: Mapping[State, str]) -> SafeString:
        """Print a person who has or had a license of the product."""
        assignment, person = row.assignment, row.assignment.person
        shape = _Holder(bool(person.name), row.state, bool(assignment.ended_by_id))
        texts = self._named(person) | self._license(row)
        texts["id"] = str(assignment.pk)
        texts["state_why"] = reasons[row.state] if row.state else ""
        texts["given_by"] = str(assignment.assigned_by or "–")
        ended = assignment.ended_at is not None
        return (_PAST_HOLDER if ended else _HOLDER).printed(texts, shape)

    def person(self, row: PersonRow, *, base: str, products: str, ended: bool) -> SafeString:
        """Print a person with all licenses."""
        texts = self._named(row.person)
        texts["take_back"] = f"{base}{row.person.pk}/take-back/"
        texts["licenses"] = joined(self._item(held, products) for held in row.licenses)
        shape = _Person(bool(row.person.name), ended)
        return _PERSON.printed(texts, shape)

    def _item(self, held: Held, products: str) -> SafeString:
        assignment = held.assignment
        told = None if held.state is State.WORKS else held.state
        ended = assignment.ended_at is not None
        texts = self._license(held)
        texts["path"] = f"{products}{assignment.product_id}/"
        texts["product"] = assignment.product.name
        shape = _License(told, ended, bool(assignment.ended_by_id))
        return _LICENSE.printed(texts, shape)

    def _named(self, person: Person) -> Texts:
        return {"person": str(person), "address": person.address}

    def _license(self, held: Held) -> Texts:
        assignment = held.assignment
        texts = self._date("given", assignment.assigned_at)
        if assignment.ended_at is not None:
            texts |= self._date("ended", assignment.ended_at)
            texts["why"] = assignment.get_ended_because_display()
            texts["ended_by"] = str(assignment.ended_by or "")
        return texts

    def _date(self, name: str, instant: dt.datetime) -> Texts:
        date = instant.astimezone(self.zone).date()
        return {name: short_date(date), f"{name}_iso": date.isoformat()}

"""People and their licenses as rows of tables, printed from stencils (`lib/lists/stencils.py`)."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString, mark_safe

from authorizations.licenses.holders import ProductPage
from authorizations.licenses.lists import Held
from authorizations.licenses.people_page import PeoplePage, PersonRow
from authorizations.licenses.queue import State
from authorizations.models import Person
from reseller_console.lib.lists.stencils import Escaped, stencil
from reseller_console.lib.wording import short_date

# The texts of one row by name, as its template asks for them.
Texts = dict[str, str]


class _Holder(NamedTuple):
    """A row of a product's page: who has a license (with its state), or had one."""

    named: bool
    state: State | None
    ended_by: bool


class _Person(NamedTuple):
    """A row of the people's page: somebody with what they have, or had."""

    named: bool
    ended: bool


class _License(NamedTuple):
    """A license in the row of somebody; `state` is told unless it simply works."""

    state: State | None
    ended: bool
    ended_by: bool


def holder_rows(page: ProductPage) -> SafeString:
    """Return the table rows of a product's page."""
    words = _Words(page.customer.reseller.time_zone)
    return mark_safe("".join(words.holder(row) for row in page.rows))


def person_rows(page: PeoplePage) -> SafeString:
    """Return the table rows of the people's page."""
    words = _Words(page.customer.reseller.time_zone)
    base, products = page.listing.path, f"{page.customer.get_member_url()}products/"
    ended = page.listing.ended
    return mark_safe(
        "".join(words.person(row, base=base, products=products, ended=ended) for row in page.rows)
    )


class _Words:
    """The texts of one page, each made once: many stand in every row."""

    def __init__(self, time_zone: str) -> None:
        self.escaped = Escaped()
        self.zone = ZoneInfo(time_zone)
        self.dates: dict[dt.date, tuple[str, str]] = {}

    def holder(self, row: Held) -> str:
        """Print somebody who has or had a license of the product."""
        assignment, person = row.assignment, row.assignment.person
        shape = _Holder(bool(person.name), row.state, bool(assignment.ended_by_id))
        texts = self._named(person) | self._license(row)
        texts["id"] = str(assignment.pk)
        texts["given_by"] = self.escaped[str(assignment.assigned_by or "–")]
        ended = assignment.ended_at is not None
        template = "member/past_holder_row.html" if ended else "member/holder_row.html"
        return stencil(template, shape) % texts

    def person(self, row: PersonRow, *, base: str, products: str, ended: bool) -> str:
        """Print somebody with all licenses."""
        texts = self._named(row.person)
        texts["take_back"] = f"{base}{row.person.pk}/take-back/"
        texts["licenses"] = "".join(self._item(held, products) for held in row.licenses)
        shape = _Person(bool(row.person.name), ended)
        return stencil("member/person_row.html", shape) % texts

    def _item(self, held: Held, products: str) -> str:
        assignment = held.assignment
        told = None if held.state is State.WORKS else held.state
        ended = assignment.ended_at is not None
        texts = self._license(held)
        texts["path"] = f"{products}{assignment.product_id}/"
        texts["product"] = self.escaped[assignment.product.name]
        shape = _License(told, ended, bool(assignment.ended_by_id))
        return stencil("member/person_license.html", shape) % texts

    def _named(self, person: Person) -> Texts:
        return {"person": self.escaped[str(person)], "address": self.escaped[person.address]}

    def _license(self, held: Held) -> Texts:
        assignment = held.assignment
        texts = self._date("given", assignment.assigned_at)
        if assignment.ended_at is not None:
            texts |= self._date("ended", assignment.ended_at)
            texts["why"] = self.escaped[assignment.get_ended_because_display()]
            texts["ended_by"] = self.escaped[str(assignment.ended_by or "")]
        return texts

    def _date(self, name: str, instant: dt.datetime) -> Texts:
        date = instant.astimezone(self.zone).date()
        if date not in self.dates:
            self.dates[date] = (self.escaped[short_date(date)], date.isoformat())
        text, iso = self.dates[date]
        return {name: text, f"{name}_iso": iso}

"""Who has which licence, page by page: of one product, and of all of them by person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from authorizations.assignments import Line, Place, State, line_of, lines_of
from authorizations.licences import ProductRow, product_rows
from authorizations.models import Assignment, Person, Product
from authorizations.querysets import LINE_KEYS, AssignmentQuerySet
from customers.keyset import Key, read_id, read_instant, read_text
from customers.models import Customer
from customers.paging import Around, Paging
from customers.reach import ids_of
from customers.search import cleaned, hits, matching, reading, words_of
from customers.standing import Day
from reseller_console.lib.refusals import ActionRefused

ROWS = 50
# So many can be taken back at once from a page or a search.
MOST_AT_ONCE = 500
_ENDED = "ended"
_ENDED_KEYS = [Key("ended_at", F("ended_at"), read_instant), Key("id", F("id"), read_id)]
_NAME_KEYS = [Key("name_sort", F("name_sort"), read_text), Key("id", F("id"), read_id)]


@dataclass(frozen=True)
class Listing:
    """A list as its address asks for it: those who have a licence, or those who had one."""

    path: str
    ended: bool = False
    q: str = ""
    after: str = ""
    before: str = ""
    last: bool = False

    @classmethod
    def from_query(cls, path: str, query: Mapping[str, str]) -> Listing:
        """Read the list's address; what is unknown falls back to the usual."""
        return cls(
            path=path,
            ended=query.get("show") == _ENDED,
            q=cleaned(query.get("q", "")),
            after=query.get("after", ""),
            before=query.get("before", ""),
            last=query.get("page") == "last",
        )

    def at_start(self, **changes: Any) -> Listing:
        """Return the list with changes, at its first page."""
        first_page: dict[str, Any] = {"after": "", "before": "", "last": False}
        return replace(self, **(first_page | changes))

    @property
    def address(self) -> str:
        """The address of the list."""
        parameters = {
            "show": _ENDED if self.ended else "",
            "q": self.q,
            "after": self.after,
            "before": self.before,
            "page": "last" if self.last else "",
        }
        given = {name: value for name, value in parameters.items() if value}
        return f"{self.path}?{urlencode(given)}" if given else self.path

    @property
    def query(self) -> str:
        """What the address has behind the path, for another shape of the same list."""
        return self.at_start().address.removeprefix(self.path)

    @property
    def everybody(self) -> Listing:
        """The list without its search."""
        return self.at_start(q="")

    @property
    def holding(self) -> Listing:
        """The list of those who have a licence."""
        return self.at_start(ended=False)

    @property
    def past(self) -> Listing:
        """The list of those who had one."""
        return self.at_start(ended=True)

    @property
    def searches(self) -> bool:
        """Whether there is a word to look for."""
        return bool(words_of(self.q))


@dataclass(frozen=True)
class Held:
    """A licence in somebody's hands; `state` is None for one that has ended."""

    assignment: Assignment
    state: State | None


@dataclass(frozen=True)
class PersonRow:
    """Somebody with what they have, or had."""

    person: Person
    licences: list[Held] = field(default_factory=list)


def product_of(customer: Customer, product_id: int, *, day: Day) -> tuple[Product, Line]:
    """Return a product the customer holds or has given out, with its line.

    Raises Http404 for any other, as for one that does not exist.
    """
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        raise Http404
    line = line_of(customer, product, day=day)
    known = Assignment.objects.filter(customer=customer, product=product)
    if not line.owned and not known.exists():
        raise Http404
    return product, line


def person_of(customer: Customer, person_id: int) -> Person:
    """Return one of the customer's people; raises Http404 for anybody else."""
    person = Person.objects.filter(customer=customer, pk=person_id).first()
    if person is None:
        raise Http404
    return person


def chosen_of(customer: Customer, product: Product, ids: list[str]) -> list[Assignment]:
    """Return the held assignments of a product that were ticked, by name."""
    numbers = [int(text) for text in ids if text.isascii() and text.isdigit() and len(text) < 19]
    if len(numbers) > MOST_AT_ONCE:
        raise ActionRefused(_("At most %(most)d people at a time.") % {"most": MOST_AT_ONCE})
    held = Assignment.objects.held().filter(customer=customer, product=product, pk__in=numbers)
    return _by_name(held)


def held_by(person: Person) -> list[Assignment]:
    """Return everything somebody has."""
    held = Assignment.objects.held().filter(person=person, customer_id=person.customer_id)
    return list(_with_people(held).order_by("product__family", "product__name", "pk"))


def _by_name(rows: AssignmentQuerySet) -> list[Assignment]:
    return list(_with_people(rows).order_by("person__name_sort", "person", "pk"))


def _with_people(rows: AssignmentQuerySet) -> AssignmentQuerySet:
    return rows.select_related("person", "product", "customer__reseller__programme")


class _Page:
    """One page of a list: rows, and where the pages around it begin."""

    keys: list[Key]
    slug: str
    descending = False

    def __init__(self, customer: Customer, *, day: Day, listing: Listing) -> None:
        self.customer, self.day, self.listing = customer, day, listing

    @property
    def _total(self) -> int | None:
        """How many rows the list has; None where counting them would take too long."""
        return None

    @cached_property
    def _paging(self) -> Paging[Listing]:
        return Paging(self.listing, self.keys, self.slug, self.descending)

    def _searched[Rows: QuerySet[Any]](self, rows: Rows, *, person: str, text: str) -> Rows:
        """Narrow rows to people who match the search, gathered first unless they are many.

        `person` and `text` lead from a row to the person's id and searchable text.
        """
        if not self.listing.searches:
            return rows
        people = Person.objects.filter(matching(self.listing.q), customer=self.customer)
        found = hits(ids_of(people))
        if found.many:
            return rows.filter(reading(self.listing.q, text=text))
        return rows.filter(**{f"{person}__in": found.as_sql()})

    def _cut(self, rows: QuerySet[Any]) -> tuple[list[Any], Around[Listing]]:
        paging = self._paging
        found, more = paging.cut(list(paging.ordered(paging.placed(rows))[: ROWS + 1]), ROWS)
        keys = [tuple(getattr(row, key.name) for key in self.keys) for row in found]
        total = self._total
        around = paging.around(keys, more=more, total=total or 0, exact=total is not None)
        return found, around

    @cached_property
    def _found(self) -> tuple[list[Any], Around[Listing]]:
        raise NotImplementedError

    @property
    def around(self) -> Around[Listing]:
        """The pages this one leads to."""
        return self._found[1]

    @property
    def range(self) -> str:
        """Which rows these are of how many, where that is known."""
        count, total, before = len(self._found[0]), self._total, self.around.rows_before
        if total is None or before is None or not count:
            return ""
        return _("%(first)s to %(last)s of %(total)s") % {
            "first": f"{before + 1:,}",
            "last": f"{before + count:,}",
            "total": f"{max(total, before + count):,}",
        }


class ProductPage(_Page):
    """Who has a licence of one product, the newest first; or who had one."""

    descending = True

    def __init__(
        self, customer: Customer, product: Product, line: Line, *, day: Day, listing: Listing
    ) -> None:
        super().__init__(customer, day=day, listing=listing)
        self.product, self.line = product, line
        self.keys = _ENDED_KEYS if listing.ended else LINE_KEYS
        self.slug = "ended" if listing.ended else "line"

    @property
    def _total(self) -> int | None:
        return None if self.listing.searches or self.listing.ended else self.line.held

    @cached_property
    def _found(self) -> tuple[list[Assignment], Around[Listing]]:
        rows = Assignment.objects.filter(customer=self.customer, product=self.product)
        rows = rows.filter(ended_at__isnull=not self.listing.ended)
        rows = self._searched(rows, person="person", text="person__search_text")
        return self._cut(rows.select_related("person", "assigned_by", "ended_by"))

    @cached_property
    def rows(self) -> list[Held]:
        """The rows of the page."""
        rows, _around = self._found
        return [_held(row, self.line) for row in rows]


class PeoplePage(_Page):
    """Who has what, by person; or who had what."""

    keys = _NAME_KEYS
    slug = "name"

    @cached_property
    def lines(self) -> dict[int, Line]:
        """The line of each product."""
        return lines_of(self.customer, day=self.day)

    @cached_property
    def products(self) -> list[ProductRow]:
        """The products the customer holds."""
        held = {pk: line.held for pk, line in self.lines.items()}
        return product_rows(self.customer, day=self.day, held=held)

    def people(self) -> QuerySet[Person]:
        """Return everybody on the list, unsorted."""
        people = self._everybody
        return people.filter(matching(self.listing.q)) if self.listing.searches else people

    @property
    def _everybody(self) -> QuerySet[Person]:
        theirs = self._theirs.filter(person=OuterRef("pk"))
        return Person.objects.filter(Exists(theirs), customer=self.customer)

    def licences(self) -> AssignmentQuerySet:
        """Return what people have or had, in the order of the catalogue; filter by person."""
        return self._theirs.order_by("product__family", "product__name", "-assigned_at", "pk")

    @property
    def _theirs(self) -> AssignmentQuerySet:
        # Whose they are is said by the person alone: said twice, the planner takes the two
        # for independent and expects hardly anything.
        return Assignment.objects.filter(ended_at__isnull=not self.listing.ended)

    @cached_property
    def _found(self) -> tuple[list[Person], Around[Listing]]:
        licences = self.licences().select_related("product", "assigned_by", "ended_by")
        prefetch = Prefetch("assignments", licences, to_attr="licences")
        people = self._searched(self._everybody, person="pk", text="search_text")
        return self._cut(people.prefetch_related(prefetch))

    @cached_property
    def rows(self) -> list[PersonRow]:
        """The rows of the page."""
        return [self._row(person) for person in self._found[0]]

    def _row(self, person: Person) -> PersonRow:
        theirs = person.licences  # type: ignore[attr-defined]
        return PersonRow(person, [_held(row, self.lines.get(row.product_id)) for row in theirs])

    def state_at(self, product_id: int, place: Place) -> State | None:
        """Return what a licence at a place in a product's line is good for."""
        line = self.lines.get(product_id)
        return line.state_at(place) if line else None


def _held(assignment: Assignment, line: Line | None) -> Held:
    if assignment.ended_at is not None or line is None:
        return Held(assignment, None)
    return Held(assignment, line.state_of(assignment))

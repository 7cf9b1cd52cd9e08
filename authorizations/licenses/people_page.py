"""Who has which licenses, person by person, and who had which."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.http import Http404

from authorizations.licenses.lists import Held, Listing, ListPage, held_at
from authorizations.licenses.owned import ProductRow, product_rows
from authorizations.licenses.queue import Place, Queue, State, queues_of
from authorizations.models import Assignment, AssignmentQuerySet, Person
from customers.models import Customer
from reseller_console.lib.lists import Around, Key, matching, read_id, read_text

_NAME_KEYS = [Key("name_sort", F("name_sort"), read_text), Key("id", F("id"), read_id)]


@dataclass(frozen=True)
class PersonRow:
    """A person with what they have, or had."""

    person: Person
    licenses: list[Held] = field(default_factory=list)


def person_of(customer: Customer, person_id: int) -> Person:
    """Return one of the customer's people; raises Http404 for anyone else."""
    person = Person.objects.filter(customer=customer, pk=person_id).first()
    if person is None:
        raise Http404
    return person


def held_by(person: Person) -> list[Assignment]:
    """Return everything a person has."""
    held = Assignment.objects.held().filter(person=person, customer_id=person.customer_id)
    return list(held.with_people().order_by("product__family", "product__name", "pk"))


class PeoplePage(ListPage):
    """Who has what, by person; or who had what."""

    keys = _NAME_KEYS
    slug = "name"

    @cached_property
    def queues(self) -> dict[int, Queue]:
        """The queue of each product."""
        return queues_of(self.customer, day=self.day)

    @cached_property
    def products(self) -> list[ProductRow]:
        """The products the customer holds."""
        held = {pk: queue.held for pk, queue in self.queues.items()}
        return product_rows(self.customer, day=self.day, held=held)

    def people(self) -> QuerySet[Person]:
        """Return everyone on the list, unsorted."""
        people = self._everybody
        return people.filter(matching(self.listing.q)) if self.listing.searches else people

    @property
    def _everybody(self) -> QuerySet[Person]:
        theirs = self._theirs.filter(person=OuterRef("pk"))
        return Person.objects.filter(Exists(theirs), customer=self.customer)

    def licenses(self) -> AssignmentQuerySet:
        """Return what people have or had, in the order of the catalog; filter by person."""
        return self._theirs.order_by("product__family", "product__name", "-assigned_at", "pk")

    @property
    def _theirs(self) -> AssignmentQuerySet:
        # Whose they are is said by the person alone: said twice, the planner takes the two
        # for independent and expects hardly anything.
        return Assignment.objects.filter(ended_at__isnull=not self.listing.ended)

    @cached_property
    def _found(self) -> tuple[list[Person], Around[Listing]]:
        licenses = self.licenses().select_related("product", "assigned_by", "ended_by")
        people = self._searched(self._everybody, person="pk", text="search_text")
        return self._cut(people.prefetch_related(Prefetch("assignments", licenses)))

    @cached_property
    def rows(self) -> list[PersonRow]:
        """The rows of the page."""
        return [self._row(person) for person in self._found[0]]

    def _row(self, person: Person) -> PersonRow:
        theirs = person.assignments.all()
        return PersonRow(person, [held_at(row, self.queues.get(row.product_id)) for row in theirs])

    def state_at(self, product_id: int, place: Place) -> State | None:
        """Return what a license at a place in a product's line is good for."""
        queue = self.queues.get(product_id)
        return queue.state_at(place) if queue else None

"""Licenses of the demonstration in people's hands, once everything bought is stored."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Sequence

from authorizations.actions.settle import details_of, kind_of
from authorizations.licenses.activity import AssignmentKind
from authorizations.licenses.queue import NAMES, Ended, Queue, queues_of_many
from authorizations.models import Assignment, Person, Product
from customers.models import Customer, CustomerEvent
from reseller_console.accounts.models import User
from reseller_console.demo.books import Books
from reseller_console.demo.handing import Handing
from reseller_console.demo.life import Life
from reseller_console.demo.people import person_in
from reseller_console.lib.bulk import analyze, copy_in, ids_of
from reseller_console.lib.text import fold

MOST_PEOPLE = 25


class Hands:
    """Gives licenses of accepted customers to made-up people of theirs."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.rng: random.Random = random.Random(f"{books.reseller.name} gives licenses")  # noqa: S311
        self._ids = {Person: ids_of(Person), Assignment: ids_of(Assignment)}
        self.people: list[Person] = []
        self.assignments: list[Assignment] = []
        self.events: list[CustomerEvent] = []
        self._by_customer: dict[int, list[Person]] = {}

    def fill(self, lives: Sequence[Life]) -> None:
        """Give out a good part of what each customer holds, and store it."""
        accepted = {life.customer.pk: life for life in lives if life.memberships}
        products = {row.pk: row for row in Product.objects.all() if row.given_to_people}
        queues = queues_of_many(accepted, day=self.books.day)
        for queue in sorted(queues, key=lambda one: (one.customer_id, one.product_id)):
            if queue.product_id in products and queue.licenses:
                self._give(accepted[queue.customer_id], products[queue.product_id], queue)
        for model, rows in (
            (Person, self.people),
            (Assignment, self.assignments),
            (CustomerEvent, self.events),
        ):
            copy_in(model, rows)
        analyze(Person, Assignment)

    def _give(self, life: Life, product: Product, queue: Queue) -> None:
        """Give some licenses of a product, all at one instant."""
        handing = Handing(life, product, suspended=bool(queue.suspended))
        count = self._count(life, queue, most=queue.licenses)
        if not handing.spans:
            # What is suspended today was given by no one while it worked.
            handing = Handing(life, product, suspended=False)
            count = self._count(life, queue, most=queue.usable)
        if not count or not handing.spans:
            return
        at = self._instant(handing)
        by = self.rng.choice(life.admins_at(at))
        people = self._people_of(life.customer)
        chosen = self.rng.sample(people, min(count, len(people)))
        chosen += [self._person(life.customer) for _ in range(count - len(chosen))]
        for person in chosen:
            self._assign(person, product, at=at, by=by)
        self._tell(life.customer, product, [str(person) for person in chosen], at=at, by=by)

    def _count(self, life: Life, queue: Queue, *, most: int) -> int:
        """Anyone who owes an order has given out everything, those to try most of it."""
        if queue.suspended:
            return min(most, MOST_PEOPLE)
        shown = any(one.user.has_usable_password() for one in life.memberships)
        share = self.rng.choice((0.7, 0.9) if shown else (0, 0.4, 0.7, 0.9, 1))
        return min(round(most * share), MOST_PEOPLE)

    def _instant(self, handing: Handing) -> dt.datetime:
        """Return an instant at which licenses could be given, of the last year if there is one."""
        since, until = handing.spans[-1]
        since = max(since, min(until, self.books.calendar.moment - dt.timedelta(days=365)))
        return since + (until - since) * self.rng.random()

    def _assign(self, person: Person, product: Product, *, at: dt.datetime, by: User) -> None:
        assignment = Assignment(
            reseller=self.books.reseller,
            customer_id=person.customer_id,
            product=product,
            person=person,
            assigned_at=at,
            stands_at=at,
            assigned_by=by,
        )
        assignment.pk = next(self._ids[Assignment])
        self.assignments.append(assignment)

    def _tell(
        self, customer: Customer, product: Product, names: list[str], *, at: dt.datetime, by: User
    ) -> None:
        some = Ended(product.name, len(names), names[:NAMES])
        self.events.append(
            CustomerEvent(
                reseller_id=customer.reseller_id,
                customer=customer,
                by=by,
                at=at,
                kind=kind_of(AssignmentKind.GIVEN, some),
                details=details_of(some),
            )
        )

    def _people_of(self, customer: Customer) -> list[Person]:
        return self._by_customer.setdefault(customer.pk, [])

    def _person(self, customer: Customer) -> Person:
        """Make up one more of the customer's people; addresses share the contact's domain."""
        someone = person_in(customer.country, self.rng)
        people = self._people_of(customer)
        domain = customer.contact_email.split("@")[1]
        word = re.sub("[^a-z]", "", fold(someone.last_name)) or "person"
        person = Person(
            reseller=self.books.reseller,
            customer=customer,
            name=f"{someone.first_name} {someone.last_name}",
            address=f"{word}.{len(people) + 1}@{domain}",
        )
        person.derive_keys()
        person.pk = next(self._ids[Person])
        people.append(person)
        self.people.append(person)
        return person

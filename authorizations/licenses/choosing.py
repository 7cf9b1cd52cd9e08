"""Who of a queue is to go without: the newest, or others a person chooses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from authorizations.licenses.queue import Queue, queues_of
from authorizations.models import Assignment, AssignmentQuerySet, Product, PurchaseAuthorization
from authorizations.rules.licenses import Without
from customers.models import Customer
from reseller_console.accounts import attempts
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Day

# This many people can be ticked in a list; beyond that their addresses are written down, and
# beyond so many addresses it is the newest who go without.
MOST_TICKED = 500
MOST_WRITTEN = 5_000


@dataclass(frozen=True)
class Question:
    """So many people of a queue (`number`) have to be chosen."""

    product: Product
    queue: Queue
    number: int

    @property
    def candidates(self) -> AssignmentQuerySet:
        """Everyone in the queue who has not lost the license already, the newest first."""
        rows = Assignment.objects.held().filter(
            customer_id=self.queue.customer_id, product=self.product
        )
        return rows.before(self.queue.lost_from).select_related("person").reverse_queue()

    @property
    def last(self) -> AssignmentQuerySet:
        """Those who go without unless others are chosen, as a question to the database."""
        return self.candidates[: self.number]

    @cached_property
    def newest(self) -> list[Assignment]:
        """The same, by name; there can be very many."""
        return list(self.last)

    @property
    def is_ticked(self) -> bool:
        """Whether people are few enough for a list to tick."""
        return self.queue.held - self.queue.lost <= MOST_TICKED

    @property
    def is_fixed(self) -> bool:
        """Whether they are so many that no one can be asked."""
        return not self.is_ticked and self.number > MOST_WRITTEN


@dataclass(frozen=True)
class Answer:
    """Whom a person chose (ids of assignments; None for the newest), when asked for `asked`."""

    asked: int
    chosen: Collection[int] | None


Answers = Mapping[int, Answer]


def waiting_question(product: Product, queue: Queue) -> Question:
    """Ask who waits while fewer licenses are usable than are in people's hands."""
    return Question(product, queue, queue.waiting)


def questions_of_cancelling(authorization: PurchaseAuthorization, *, day: Day) -> list[Question]:
    """Ask who loses a license when a PA is cancelled; nothing where enough remain."""
    return questions_without(authorization.customer, Without(authorization.pk), day=day)


def questions_without(customer: Customer, without: Without, *, day: Day) -> list[Question]:
    """Ask who loses a license when something is gone; nothing where enough remain."""
    before = queues_of(customer, day=day)
    after = queues_of(customer, day=day, without=without)
    losing = {
        pk: after[pk].lost - queue.lost
        for pk, queue in before.items()
        if pk in after and queue.held
    }
    products = Product.objects.filter(pk__in=[pk for pk, number in losing.items() if number])
    return [Question(product, before[product.pk], losing[product.pk]) for product in products]


def field_of(product_id: int) -> str:
    """Return the name of the form field that answers for a product."""
    return f"last_{product_id}"


def refuse_if_changed(questions: Collection[Question], answers: Answers) -> None:
    """Raise ActionRefused (code "changed") unless these are the questions that were answered."""
    asked = {question.product.pk: question.number for question in questions}
    if asked != {product_id: answer.asked for product_id, answer in answers.items()}:
        raise changed()


def answered(question: Question, answer: Answer | None) -> list[Assignment]:
    """Return whom the answer to a question means; without one, the newest.

    Raises ActionRefused with code "count" at the product's field when they are not exactly
    as many as were asked for, or "changed" when some of them hold no license any more.
    """
    if answer is None or answer.chosen is None:
        return question.newest
    if len(answer.chosen) != question.number:
        raise ActionRefused(
            ngettext(
                "Choose exactly %(number)d person; you have chosen %(chosen)d.",
                "Choose exactly %(number)d people; you have chosen %(chosen)d.",
                question.number,
            )
            % {"number": question.number, "chosen": len(answer.chosen)},
            field=field_of(question.product.pk),
            code="count",
        )
    rows = list(question.candidates.filter(pk__in=answer.chosen))
    if len(rows) != question.number:
        attempts.tried(Assignment, set(answer.chosen) - {row.pk for row in rows})
        raise changed()
    return rows


def changed() -> ActionRefused:
    """Return the refusal for a choice that was made from a list of yesterday."""
    return ActionRefused(
        _("Licenses were assigned or taken back in the meantime. Please review the list again."),
        code="changed",
    )


def names_of(assignments: Collection[Assignment]) -> list[str]:
    """Return the people's names, else addresses, in the order of names."""
    people = sorted((row.person for row in assignments), key=lambda one: (one.name_sort, one.pk))
    return [str(person) for person in people]

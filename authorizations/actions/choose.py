"""Choose who goes without while fewer licenses work than people have."""

from __future__ import annotations

from django.utils import timezone

from authorizations.actions.settle import tell
from authorizations.licenses.activity import AssignmentKind
from authorizations.licenses.choosing import (
    Answer,
    answered,
    changed,
    names_of,
    refuse_if_changed,
    waiting_question,
)
from authorizations.licenses.queue import queue_of
from authorizations.models import Assignment, Product
from customers.actions.as_admin import acting_as_admin
from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Day


def choose_last(
    customer: Customer, product: Product, *, answer: Answer | None, by: User, day: Day
) -> None:
    """Put those chosen at the end of the queue, so that everyone else's license works.

    Raises ActionRefused with code "not_admin"; "changed" when another number has to be chosen
    by now, or when a person chosen holds no license any more; "count" at the product's field
    when they are not exactly as many as go without.
    """
    with acting_as_admin(customer, by=by, day=day) as work:
        customer = work.customer
        queue = queue_of(customer, product, day=day)
        question = waiting_question(product, queue)
        if answer is None or not question.number:
            raise changed()
        refuse_if_changed([question], {product.pk: answer})
        if answer.chosen is None:
            return
        chosen = answered(question, answer)
        if {row.pk for row in chosen} == {row.pk for row in question.newest}:
            return
        ids = [row.pk for row in chosen]
        Assignment.objects.filter(pk__in=ids).update(stands_at=timezone.now())
        tell(work, AssignmentKind.LAST, product.name, names_of(chosen))

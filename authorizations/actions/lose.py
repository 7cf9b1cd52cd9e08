"""Take licenses from people because fewer are left: the newest lose theirs, or others chosen."""

from __future__ import annotations

from collections.abc import Sequence

from authorizations.actions.settle import details_of, kind_of
from authorizations.licenses.activity import AssignmentKind
from authorizations.licenses.choosing import Answer, Answers, Question, answered, refuse_if_changed
from authorizations.licenses.queue import Ended, end_all
from authorizations.models import Assignment, AssignmentQuerySet
from customers.actions.frame import Work
from customers.models import Customer
from reseller_console.accounts.models import User

NAMES_IN_EMAIL = 100


def end_licenses(
    questions: Sequence[Question],
    losing: Answers | None,
    *,
    because: Assignment.Ended,
    by: User,
) -> list[Ended]:
    """End the licenses of those who lose theirs; return who they are by product.

    The customer is locked. Raises ActionRefused with code "changed" when `losing` answers other
    questions, or "count" at a product's field.
    """
    if losing is not None:
        refuse_if_changed(questions, losing)
    return [
        end_all(
            _losing(question, losing.get(question.product.pk) if losing else None),
            question.product,
            because=because,
            by=by,
            names=NAMES_IN_EMAIL,
        )
        for question in questions
    ]


def _losing(question: Question, answer: Answer | None) -> AssignmentQuerySet:
    if answer is None or answer.chosen is None:
        return question.last
    return Assignment.objects.filter(pk__in=[row.pk for row in answered(question, answer)])


def tell_who_lost(
    work: Work, customer: Customer, kind: AssignmentKind, losses: Sequence[Ended], **more: object
) -> None:
    """Write down who lost a license, an event a product; `more` says by which paper."""
    for ended in losses:
        work.event(customer, kind_of(kind, ended), **details_of(ended), **more)


def people_in_email(losses: Sequence[Ended]) -> dict[str, object]:
    """Return who lost a license as an email says it, product by product."""
    return {
        "losses": [
            {
                "product": ended.product,
                "people": ended.names,
                "more": ended.count - len(ended.names),
            }
            for ended in losses
        ]
    }

"""Cancel a pending purchase authorization: its licenses are gone at once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from authorizations.actions.anniversary import clear_if_nothing_is_left
from authorizations.actions.settle import event, settle
from authorizations.activity import PurchaseKind
from authorizations.emails import facts, products_in_words
from authorizations.licenses.activity import AssignmentKind
from authorizations.licenses.choosing import (
    Answer,
    Answers,
    Question,
    answered,
    questions_of_cancelling,
    refuse_if_changed,
)
from authorizations.licenses.queue import Ended, end_all
from authorizations.models import Assignment, PurchaseAuthorization
from authorizations.querysets import AssignmentQuerySet
from authorizations.rules import rollup
from authorizations.rules.status import Status
from customers.actions.lock import locked
from customers.emails import post_to_vip_admins
from customers.models import CustomerEvent
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Day

NAMES_IN_EMAIL = 100


def cancel_authorization(
    authorization: PurchaseAuthorization,
    *,
    losing: Answers | None = None,
    by: User,
    today: dt.date,
) -> PurchaseAuthorization:
    """Cancel a PA that is Pending on `today`; the VIP admin is told.

    Where more people have a license than remain, the newest lose theirs, or those of `losing`
    (an answer to each of `questions_of_cancelling`, by product). Raises ActionRefused with
    code "not_pending" in any other state, saying why, "changed" when the questions are others
    by now, or "count" at a product's field.
    """
    day = authorization.reseller.day(today)
    with transaction.atomic():
        customer = locked(authorization.customer, day=day)
        settle([customer], day=day)
        authorization = PurchaseAuthorization.objects.on(today).get(pk=authorization.pk)
        if authorization.status != Status.PENDING:  # type: ignore[attr-defined]
            raise ActionRefused(why_not(authorization), code="not_pending")
        losses = _end_licenses(authorization, losing, day=day, by=by)
        authorization.cancelled_at, authorization.cancelled_by = timezone.now(), by
        authorization.save(update_fields=["cancelled_at", "cancelled_by"])
        clear_if_nothing_is_left(customer, by=by)
        rollup.refresh(customer.reseller, day=day, customer_ids=[customer.pk])
        lines = [(line.product.name, line.quantity) for line in authorization.lines.all()]
        CustomerEvent.objects.create(
            reseller_id=customer.reseller_id,
            customer=customer,
            by=by,
            kind=PurchaseKind.CANCELLED,
            details={"number": authorization.number, "products": products_in_words(lines)},
        )
        for ended in losses:
            kind = AssignmentKind.CANCELLED
            event(customer, kind, ended, by=by, number=authorization.number).save()
        post_to_vip_admins(
            customer,
            template="pa_cancelled",
            key=f"pa_cancelled:{authorization.number}",
            context=facts(authorization) | _people_in_email(losses),
        )
    return authorization


def _end_licenses(
    authorization: PurchaseAuthorization, losing: Answers | None, *, day: Day, by: User
) -> list[Ended]:
    """End the licenses of those who lose theirs; return who they are by product."""
    questions = questions_of_cancelling(authorization, day=day)
    if losing is not None:
        refuse_if_changed(questions, losing)
    return [
        end_all(
            _losing(question, losing.get(question.product.pk) if losing else None),
            question.product,
            because=Assignment.Ended.CANCELLED,
            by=by,
            names=NAMES_IN_EMAIL,
        )
        for question in questions
    ]


def _losing(question: Question, answer: Answer | None) -> AssignmentQuerySet:
    if answer is None or answer.chosen is None:
        return question.last
    return Assignment.objects.filter(pk__in=[row.pk for row in answered(question, answer)])


def _people_in_email(losses: list[Ended]) -> dict[str, object]:
    """Return who lost a license as the email says it, product by product."""
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


_WHY_NOT = {
    Status.OVERDUE: _("%(number)s is overdue; only a pending one can be cancelled. Order it."),
    Status.SUSPENDED: _("%(number)s is suspended; only a pending one can be cancelled. Order it."),
    Status.LAPSED: _("%(number)s has lapsed; its licenses are gone already."),
    Status.ORDERED: _("%(number)s is ordered. Request a return authorization instead."),
    Status.CANCELLED: _("%(number)s is cancelled already."),
    Status.RETURNED: _("%(number)s was returned; its licenses are gone already."),
}


def why_not(authorization: PurchaseAuthorization) -> str:
    """Return why a PA in its annotated state cannot be cancelled; blank when it can."""
    text = _WHY_NOT.get(authorization.status)  # type: ignore[attr-defined]
    return str(text) % {"number": authorization.number} if text else ""

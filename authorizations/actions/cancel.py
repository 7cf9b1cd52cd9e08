"""Cancel a pending purchase authorization: its licenses are gone at once."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from authorizations.actions.anniversary import clear_if_nothing_is_left
from authorizations.actions.lose import end_licenses, people_in_email, tell_who_lost
from authorizations.emails import facts, products_in_words
from authorizations.licenses.activity import AssignmentKind
from authorizations.licenses.choosing import Answers, questions_of_cancelling
from authorizations.licenses.queue import Ended
from authorizations.models import Assignment, PurchaseAuthorization, PurchaseKind
from authorizations.rules.reasons import why_not_cancelled
from authorizations.rules.status import Status
from customers.actions.frame import Work, acting_on
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Day


def cancel_authorization(
    authorization: PurchaseAuthorization,
    *,
    losing: Answers | None = None,
    by: User,
    day: Day,
) -> PurchaseAuthorization:
    """Cancel a PA that is Pending on that day; the VIP admin is notified.

    Where more people have a license than remain, the newest lose theirs, or those of `losing`
    (an answer to each of `questions_of_cancelling`, by product). Raises ActionRefused with
    code "not_pending" in any other state, saying why, "changed" when the questions are others
    by now, or "count" at a product's field.
    """
    with acting_on([authorization.customer], by=by, day=day) as work:
        authorization = PurchaseAuthorization.objects.on(day.today).get(pk=authorization.pk)
        if authorization.status != Status.PENDING:
            authorization.customer = work.customer
            raise ActionRefused(why_not(authorization, today=day.today), code="not_pending")
        questions = questions_of_cancelling(authorization, day=day)
        losses = end_licenses(questions, losing, because=Assignment.Ended.CANCELLED, by=by)
        authorization.cancelled_at, authorization.cancelled_by = timezone.now(), by
        authorization.save(update_fields=["cancelled_at", "cancelled_by"])
        clear_if_nothing_is_left(work, work.customer)
        _tell(work, authorization, losses)
    return authorization


def _tell(work: Work, authorization: PurchaseAuthorization, losses: list[Ended]) -> None:
    customer, number = work.customer, authorization.number
    lines = [(line.product.name, line.quantity) for line in authorization.lines.all()]
    products = products_in_words(lines)
    work.event(customer, PurchaseKind.CANCELLED, number=number, products=products)
    tell_who_lost(work, customer, AssignmentKind.CANCELLED, losses, number=number)
    work.email_vip_admins(
        customer,
        template="pa_cancelled",
        key=f"pa_cancelled:{number}",
        context=facts(authorization) | people_in_email(losses),
    )


def why_not(authorization: PurchaseAuthorization, *, today: dt.date) -> str:
    """Return why a PA in its state on `today` cannot be cancelled; blank when it can.

    Its `order`, and its customer with the reseller, are loaded where pages ask.
    """
    state, seller = Status(authorization.status), authorization.customer.reseller
    return why_not_cancelled(state, authorization, seller=seller, today=today)

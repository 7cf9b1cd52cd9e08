"""Cancel a pending purchase authorization: its licences are gone at once."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from authorizations import rollup
from authorizations.actions.anniversary import clear_if_nothing_is_left
from authorizations.activity import PurchaseKind
from authorizations.letters import facts, products_in_words
from authorizations.models import PurchaseAuthorization
from authorizations.status import Status
from customers.actions.lock import locked
from customers.letters import post_to_vip_admins
from customers.models import CustomerEvent
from customers.standing import day_of
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused


def cancel_authorization(
    authorization: PurchaseAuthorization, *, by: User, today: dt.date
) -> PurchaseAuthorization:
    """Cancel a PA that is Pending on `today`; the VIP admin is told.

    Raises ActionRefused with code "not_pending" in any other state, saying why.
    """
    day = day_of(authorization.reseller, today)
    with transaction.atomic():
        customer = locked(authorization.customer, day=day)
        authorization = PurchaseAuthorization.objects.on(today).get(pk=authorization.pk)
        if authorization.status != Status.PENDING:  # type: ignore[attr-defined]
            raise ActionRefused(why_not(authorization), code="not_pending")
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
        post_to_vip_admins(
            customer,
            letter="pa_cancelled",
            key=f"pa_cancelled:{authorization.number}",
            context=facts(authorization),
        )
    return authorization


def why_not(authorization: PurchaseAuthorization) -> str:
    """Return why a PA in its annotated state cannot be cancelled; blank when it can."""
    reasons = {
        Status.OVERDUE: _("%(number)s is overdue; only a pending one can be cancelled. Order it."),
        Status.SUSPENDED: _(
            "%(number)s is suspended; only a pending one can be cancelled. Order it."
        ),
        Status.LAPSED: _("%(number)s has lapsed; its licences are gone already."),
        Status.ORDERED: _("%(number)s is ordered. Request a return authorization instead."),
        Status.CANCELLED: _("%(number)s is cancelled already."),
        Status.RETURNED: _("%(number)s was returned; its licences are gone already."),
    }
    text = reasons.get(authorization.status, "")  # type: ignore[attr-defined]
    return text % {"number": authorization.number} if text else ""

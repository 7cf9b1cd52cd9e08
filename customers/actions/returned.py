"""An invitation that did not reach its contact, and what is done about it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.actions.lock import locked
from customers.activity import CustomerKind
from customers.admins.memberships import may_be_accepted
from customers.invitations.correction_email import post_correction_done
from customers.models import CorrectionRequest, Customer, CustomerEvent, Invitation
from notifications.models import Email
from notifications.tracking import suppressions
from notifications.tracking.reasons import Reason
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused

TEMPLATE = "customer_invited"


def note_return(*, email: Email, at: dt.datetime, **_signal: object) -> None:
    """Write down that an invitation email came back, unless a newer one is under way.

    Told by `notifications.tracking.returns`, in the transaction that writes it on the email.
    """
    if email.template != TEMPLATE:
        return
    links = Invitation.objects.in_force().filter(email=email).select_related("customer__reseller")
    link = links.first()
    if link is None:
        return
    customer = locked(link.customer, day=link.customer.reseller.day())
    # Asked again under the lock: the link may have been used or replaced meanwhile.
    if customer.withdrawn_at or not links.filter(used_at__isnull=True).exists():
        return
    if customer.invitation_bounced_at is None or at < customer.invitation_bounced_at:
        customer.invitation_bounced_at = at
        customer.save(update_fields=["invitation_bounced_at"])
    CustomerEvent.objects.create(
        reseller_id=customer.reseller_id,
        customer=customer,
        kind=CustomerKind.CAME_BACK,
        details={"email": email.to_address, "why": why(email.return_reason)},
    )


def why(reason: str) -> str:
    """Return in a sentence why an email came back; `reason` is blank where nobody knows."""
    return Reason(reason).meaning if reason else _("The email could not be sent.")


def why_not_resend(customer: Customer) -> str:
    """Return why nothing can be sent to the contact's address; blank when it can."""
    suppression = suppressions.in_force(customer.reseller_id, customer.contact_email).first()
    if suppression is None:
        return ""
    return _("Nothing is sent to %(email)s at the moment. %(why)s") % {
        "email": customer.contact_email,
        "why": why(suppression.reason),
    }


def check_suppressed(customer: Customer) -> None:
    """Raise ActionRefused with code "suppressed" when the contact gets no emails."""
    sentence = why_not_resend(customer)
    if sentence:
        raise ActionRefused(
            _("%(why_not)s Ask ops to correct the address.") % {"why_not": sentence},
            code="suppressed",
        )


def ask_for_correction(
    customer: Customer, *, note: str, by: User, today: dt.date
) -> CorrectionRequest:
    """Ask ops to correct the contact, with an optional note; return the request.

    Raises ActionRefused with code "accepted" when the contact has accepted, and "asked" when
    ops have been asked and not answered yet.
    """
    with transaction.atomic():
        customer = locked(customer, day=customer.reseller.day(today))
        if is_settled(customer):
            raise ActionRefused(
                _("%(name)s has accepted the invitation already.") % {"name": customer.name},
                code="accepted",
            )
        if open_request(customer) is not None:
            raise ActionRefused(_("Ops have been asked already."), code="asked")
        request = CorrectionRequest.objects.create(
            reseller_id=customer.reseller_id, customer=customer, note=note, asked_by=by
        )
        CustomerEvent.objects.create(
            reseller_id=customer.reseller_id,
            customer=customer,
            by=by,
            kind=CustomerKind.CORRECTION_ASKED,
            details={"note": note} if note else {},
        )
    return request


def is_settled(customer: Customer) -> bool:
    """Return whether the invitation has been accepted, so that nothing is to be corrected."""
    return customer.withdrawn_at is None and not may_be_accepted(customer)


def open_request(customer: Customer) -> CorrectionRequest | None:
    """Return what ops have been asked about the customer and not answered yet."""
    return CorrectionRequest.objects.filter(customer=customer, closed_at__isnull=True).first()


def close_request(request: CorrectionRequest, *, by: User, today: dt.date) -> CorrectionRequest:
    """Close a request without a correction: the contact is right as it is.

    The manager is told by mail. Raises ActionRefused with code "not_ops" or "closed".
    """
    if not by.is_superuser:
        raise ActionRefused(_("Only ops close such requests."), code="not_ops")
    with transaction.atomic():
        customer = locked(request.customer, day=request.customer.reseller.day(today))
        found = open_request(customer)
        if found is None or found.pk != request.pk:
            raise ActionRefused(_("The request is closed already."), code="closed")
        _close(found, customer, by=by, corrected=False, answer=_("Nothing was changed."))
        CustomerEvent.objects.create(
            reseller_id=customer.reseller_id,
            customer=customer,
            by=by,
            kind=CustomerKind.CORRECTION_CLOSED,
            details={"answer": found.answer},
        )
    return found


def close_by_correction(customer: Customer, *, by: User, reason: str) -> None:
    """Close what ops were asked about a locked customer that they have just corrected."""
    request = open_request(customer)
    if request is not None:
        _close(request, customer, by=by, corrected=True, answer=reason)


def _close(
    request: CorrectionRequest, customer: Customer, *, by: User, corrected: bool, answer: str
) -> None:
    request.closed_at, request.closed_by, request.answer = timezone.now(), by, answer[:200]
    request.save(update_fields=["closed_at", "closed_by", "answer"])
    post_correction_done(customer, request, corrected=corrected)

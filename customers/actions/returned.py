"""An invitation that did not reach its contact, and what is done about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone
from django.utils.translation import gettext as _

from customers.actions.frame import Work, acting_on
from customers.admins.memberships import may_be_accepted
from customers.invitations.correction_email import correction_done_drafts
from customers.models import CorrectionRequest, Customer, CustomerKind, Invitation
from notifications.models import Email
from notifications.tracking import suppressions
from notifications.tracking.reasons import Reason
from reseller_console.accounts.models import User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Day

TEMPLATE = "customer_invited"


def note_return(*, email: Email, at: dt.datetime, **_signal: object) -> None:
    """Write down that an invitation email came back, unless a newer one is under way.

    Told by `notifications.tracking.returns`, in the transaction that writes it on the email.
    """
    with _invited_by(email) as work:
        if work is None:
            return
        customer = work.customer
        if customer.invitation_bounced_at is None or at < customer.invitation_bounced_at:
            customer.invitation_bounced_at = at
            customer.save(update_fields=["invitation_bounced_at"])
        reason = why(email.return_reason)
        work.event(customer, CustomerKind.CAME_BACK, email=email.to_address, why=reason)


def note_arrival(*, email: Email, **_signal: object) -> None:
    """Take back that an invitation email came back: it has arrived after all.

    Told by `notifications.tracking.returns`, as `note_return` is.
    """
    with _invited_by(email) as work:
        if work is None or work.customer.invitation_bounced_at is None:
            return
        work.customer.invitation_bounced_at = None
        work.customer.save(update_fields=["invitation_bounced_at"])
        work.event(work.customer, CustomerKind.ARRIVED, email=email.to_address)


@contextmanager
def _invited_by(email: Email) -> Iterator[Work | None]:
    """Lock the customer whose invitation in force went out by this email; None without one."""
    links = Invitation.objects.in_force().filter(email=email).select_related("customer__reseller")
    link = links.first() if email.template == TEMPLATE else None
    if link is None:
        yield None
        return
    with acting_on([link.customer], by=None, day=link.customer.reseller.day()) as work:
        # Asked again under the lock: the link may have been used or replaced in the meantime.
        is_open = links.filter(used_at__isnull=True).exists()
        yield work if is_open and not work.customer.withdrawn_at else None


def why(reason: str) -> str:
    """Return in a sentence why an email came back; `reason` is blank where no one knows."""
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


def ask_for_correction(customer: Customer, *, note: str, by: User, day: Day) -> CorrectionRequest:
    """Ask ops to correct the contact, with an optional note; return the request.

    Raises ActionRefused with code "accepted" when the contact has accepted, and "asked" when
    ops have been asked and not answered yet.
    """
    with acting_on([customer], by=by, day=day) as work:
        customer = work.customer
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
        details = {"note": note} if note else {}
        work.event(customer, CustomerKind.CORRECTION_ASKED, **details)
    return request


def is_settled(customer: Customer) -> bool:
    """Return whether the invitation has been accepted, so that nothing is to be corrected."""
    return customer.withdrawn_at is None and not may_be_accepted(customer)


def open_request(customer: Customer) -> CorrectionRequest | None:
    """Return what ops have been asked about the customer and not answered yet."""
    return CorrectionRequest.objects.filter(customer=customer, closed_at__isnull=True).first()


def close_request(request: CorrectionRequest, *, by: User, day: Day) -> CorrectionRequest:
    """Close a request without a correction: the contact is right as it is.

    The manager is notified by email. Raises ActionRefused with code "not_ops" or "closed".
    """
    if not by.is_superuser:
        raise ActionRefused(_("Only ops can close such requests."), code="not_ops")
    with acting_on([request.customer], by=by, day=day) as work:
        found = open_request(work.customer)
        if found is None or found.pk != request.pk:
            raise ActionRefused(_("The request is closed already."), code="closed")
        _close(work, found, by=by, corrected=False, answer=_("Nothing was changed."))
        work.event(work.customer, CustomerKind.CORRECTION_CLOSED, answer=found.answer)
    return found


def close_by_correction(work: Work, *, by: User, reason: str) -> None:
    """Close what ops were asked about a locked customer that they have just corrected."""
    request = open_request(work.customer)
    if request is not None:
        _close(work, request, by=by, corrected=True, answer=reason)


def _close(
    work: Work, request: CorrectionRequest, *, by: User, corrected: bool, answer: str
) -> None:
    request.closed_at, request.closed_by, request.answer = timezone.now(), by, answer[:200]
    request.save(update_fields=["closed_at", "closed_by", "answer"])
    work.email(*correction_done_drafts(work.customer, request, corrected=corrected))

"""The email that tells a manager what ops made of a request to correct a contact."""

from __future__ import annotations

from customers.admins.recipients import responsible_managers
from customers.emails import facts
from customers.models import CorrectionRequest, Customer
from notifications import outbox
from notifications.models import Email


def post_correction_done(
    customer: Customer, request: CorrectionRequest, *, corrected: bool
) -> Email | None:
    """Queue the answer to whoever asked; to the colleague responsible when that account is closed.

    None when there is nobody left to tell.
    """
    to = request.asked_by
    if not to.is_active:
        to = responsible_managers(customer.reseller)(customer)  # type: ignore[assignment]
    if to is None:
        return None
    return outbox.post(
        template="correction_done",
        key=f"correction_done:{request.pk}",
        to_address=to.email,
        to_name=to.name,
        language=to.language,
        context=facts(customer)
        | {
            "corrected": corrected,
            "contact_email": customer.contact_email,
            "answer": request.answer,
        },
        about=customer.vip_id,
        reseller=customer.reseller,
    )

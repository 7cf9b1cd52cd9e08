"""The email that tells a manager what ops made of a request to correct a contact."""

from __future__ import annotations

from customers.admins.recipients import responsible_managers
from customers.emails import draft_to_colleague
from customers.models import CorrectionRequest, Customer
from notifications import outbox
from reseller_console.accounts.models import User


def correction_done_drafts(
    customer: Customer, request: CorrectionRequest, *, corrected: bool
) -> list[outbox.Draft]:
    """Return the answer to whoever asked; to the colleague responsible when that account is closed.

    Nothing when there is no one left to tell.
    """
    to: User | None = request.asked_by
    if not request.asked_by.is_active:
        to = responsible_managers(customer.reseller)(customer)
    if to is None:
        return []
    context: dict[str, object] = {
        "corrected": corrected,
        "contact_email": customer.contact_email,
        "answer": request.answer,
    }
    key = f"correction_done:{request.pk}"
    return [draft_to_colleague(customer, to, template="correction_done", key=key, context=context)]

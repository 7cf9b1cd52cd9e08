"""The form under an invitation's terms, filled in."""

from __future__ import annotations

import uuid

from customers.models import Customer, Membership, TermsAcceptance

PAGE = "/invitation/"
GOOD = "a sunny day on Saaremaa"


def filled(customer: Customer, **changes: str) -> dict[str, str]:
    """Return the form of somebody new, filled in well but for `changes`."""
    return {
        "key": str(uuid.uuid4()),
        "organization": customer.vip_id,
        "version": "1",
        "name": "Vera Vaher",
        "password1": GOOD,
        "password2": GOOD,
        "agreed": "on",
    } | changes


def nobody_accepted(customer: Customer) -> bool:
    customer.refresh_from_db()
    return (
        customer.accepted_at is None
        and not Membership.objects.exists()
        and not TermsAcceptance.objects.exists()
    )

"""VIP admins in tests: somebody to invite, and what was written about it."""

from __future__ import annotations

import pytest

from customers.actions.admins import AdminDetails
from customers.models import CustomerEvent
from notifications.models import Email
from reseller_console.lib.refusals import ActionRefused

PIA = AdminDetails("Pia", "Pärn", "pia@customer.example", "et")


def emails(email):
    return list(Email.objects.with_delivery().filter(template=email).order_by("pk"))


def events(customer):
    rows = CustomerEvent.objects.filter(customer=customer).order_by("pk")
    return [(row.kind, row.details["email"]) for row in rows]


def refusal(act, *args, **terms):
    with pytest.raises(ActionRefused) as refused:
        act(*args, **terms)
    return refused.value

"""Nights about terms that end, and what they send."""

from __future__ import annotations

import datetime as dt

from authorizations.night.run import run_night
from authorizations.rules import rollup
from customers.models import Customer
from notifications.models import Email

D = dt.timedelta
AD = dt.date(2026, 6, 15)
TEMPLATES = ["renewal_opens", "renewal_due", "renewal_ends_soon", "licenses_removed"]


def emails() -> list[str]:
    return list(
        Email.objects.filter(template__in=TEMPLATES)
        .order_by("pk")
        .values_list("template", flat=True)
    )


def reckon(customer: Customer, today: dt.date) -> None:
    day = customer.reseller.day(today)
    rollup.refresh(customer.reseller, day=day, customer_ids=[customer.pk])


def nights(reseller, first: int, last: int) -> None:
    """Run the nights of so many days after AD."""
    for days in range(first, last + 1):
        run_night(reseller, today=AD + D(days))

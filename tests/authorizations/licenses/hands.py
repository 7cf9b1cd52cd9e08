"""What tests of licenses in people's hands look at."""

from __future__ import annotations

import datetime as dt

import pytest

from authorizations.actions.order import record_order
from authorizations.licenses.queue import queue_of
from authorizations.models import Assignment
from customers.models import CustomerEvent
from reseller_console.accounts.activity import sentence
from reseller_console.lib.refusals import ActionRefused
from tests.personas import day_of

TODAY = dt.date(2026, 3, 2)


def on(customer, date: str | dt.date):
    """Return the customer's day of that date."""
    return customer.reseller.day(dt.date.fromisoformat(str(date)))


def states(customer, product, date: str | dt.date = TODAY) -> dict[str, str]:
    """Return what each person's license is good for on a date."""
    line = queue_of(customer, product, day=on(customer, date))
    held = Assignment.objects.held().filter(customer=customer, product=product)
    return {row.person.name: line.state_of(row).value for row in held.in_queue()}


def holders(customer) -> list[str]:
    held = Assignment.objects.held().filter(customer=customer)
    return [row.person.name for row in held.in_queue()]


def told(customer) -> list[str]:
    """Return the sentences of the activity that are about people's licenses."""
    rows = CustomerEvent.objects.filter(customer=customer, kind__startswith="license")
    return [sentence(row) for row in rows.order_by("at", "pk")]


def refusal(code: str):
    return pytest.raises(ActionRefused, check=lambda error: error.code == code)


def pay(pa, date: str, set_today) -> None:
    today = set_today(date)
    record_order(
        [pa],
        number=f"O{pa.pk}",
        ordered_on=today,
        by=pa.customer.managed_by,
        day=day_of([pa], today),
    )
    set_today(TODAY)

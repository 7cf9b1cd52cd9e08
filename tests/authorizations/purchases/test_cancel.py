"""Cancelling a purchase authorization."""

from __future__ import annotations

import pytest

from authorizations.actions.cancel import cancel_authorization
from authorizations.actions.order import record_order
from customers.models import CustomerEvent
from notifications.models import Email
from tests.authorizations.purchases.facts import refused
from tests.personas import day_of


@pytest.mark.parametrize(
    ("today", "state"),
    [("2025-03-03", "overdue"), ("2025-04-02", "suspended"), ("2026-03-03", "lapsed")],
)
def test_only_a_pending_purchase_can_be_cancelled(buy, alice, set_today, today, state):
    authorization = buy("2025-01-31")
    date = set_today(today)
    message = refused(
        "not_pending",
        cancel_authorization,
        authorization,
        by=alice,
        day=day_of(authorization, date),
    )
    assert state[:5] in message
    assert Email.objects.filter(template="pa_cancelled").count() == 0


def test_cancelling_is_written_down_with_what_was_cancelled(customer, buy, alice, pinned_today):
    authorization = buy("2026-03-02")
    cancel_authorization(authorization, by=alice, day=day_of(authorization, pinned_today))
    event = CustomerEvent.objects.get(customer=customer, kind="authorization_cancelled")
    assert (event.by, event.details["number"]) == (alice, authorization.number)
    assert "5 × Test Photoshop" in event.details["products"]


def test_an_ordered_purchase_asks_for_a_return_authorization(buy, alice, pinned_today):
    authorization = buy("2026-03-02")
    record_order(
        [authorization],
        number="A1",
        ordered_on=pinned_today,
        by=alice,
        day=day_of([authorization], pinned_today),
    )
    message = refused(
        "not_pending",
        cancel_authorization,
        authorization,
        by=alice,
        day=day_of(authorization, pinned_today),
    )
    assert "return authorization" in message

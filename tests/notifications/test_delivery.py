"""The delivery state: one list of rules, the same in SQL and in Python."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.delivery import RULES, Delivery, delivery_expression, delivery_of
from notifications.models import Email
from notifications.tracking.reasons import Reason
from tests.each import each

INSTANTS = (
    *("delivered_at", "opened_at", "bounced_at", "complained_at", "refused_at"),
    *("sent_at", "failed_at", "unknown_at", "skipped_at"),
)
OUTCOMES = INSTANTS[5:]
BEGAN = timezone.now() - dt.timedelta(hours=9)


def instants(**minutes: int) -> dict[str, dt.datetime]:
    return {name: BEGAN + dt.timedelta(minutes=late) for name, late in minutes.items()}


def stored(**changes: object) -> Email:
    row = Email(template="pa_created", key="k", to_address="a@b.example", not_before_at=BEGAN)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    return row


@pytest.mark.django_db
@each(
    ("minutes", "reason", "state"),
    [
        ({"bounced_at": 1}, "soft-bounce", "bounced"),
        ({"bounced_at": 1, "delivered_at": 2}, "soft-bounce", "delivered"),
        ({"bounced_at": 2, "delivered_at": 1}, "soft-bounce", "bounced"),
        ({"bounced_at": 1, "delivered_at": 1}, "soft-bounce", "bounced"),
        ({"bounced_at": 2, "delivered_at": 1, "opened_at": 3}, "soft-bounce", "opened"),
        ({"bounced_at": 1, "delivered_at": 2}, "hard-bounce", "bounced"),
        ({"bounced_at": 2, "opened_at": 1}, "hard-bounce", "bounced"),
        ({"bounced_at": 2, "delivered_at": 1}, "transient", "delivered"),
        ({"bounced_at": 2}, "transient", "bounced"),
        ({"refused_at": 2, "delivered_at": 1}, "refused", "failed"),
        ({"refused_at": 1, "delivered_at": 2}, "refused", "delivered"),
        ({"refused_at": 1}, "suppressed", "blocked"),
        ({"skipped_at": 1}, "suppressed", "blocked"),
        ({"skipped_at": 1}, "hard-bounce", "skipped"),
        ({"failed_at": 1}, "suppressed", "blocked"),
        ({"failed_at": 1}, "refused", "failed"),
        ({"complained_at": 1, "bounced_at": 2}, "complaint", "complained"),
    ],
)
def test_what_becomes_of_an_email(minutes, reason, state):
    row = stored(**instants(**minutes), return_reason=reason)
    assert delivery_of(row) == state
    assert Email.objects.with_delivery().get(pk=row.pk).delivery == state


@pytest.mark.django_db
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from(INSTANTS[:5]), st.integers(0, 3)),
    st.sampled_from([None, *OUTCOMES]),
    st.sampled_from(["", *Reason]),
)
def test_sql_and_python_agree(minutes, outcome, reason):
    Email.objects.all().delete()
    outcomes = instants(**{outcome: 1}) if outcome else {}
    row = stored(**instants(**minutes), **outcomes, return_reason=reason)
    (state,) = Email.objects.values_list(delivery_expression(), flat=True)
    assert state == delivery_of(row)


def test_every_state_has_a_rule_but_queued():
    assert {state for state, _ in RULES.ordered} == set(Delivery) - {Delivery.QUEUED}

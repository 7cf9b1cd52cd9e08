"""The states of a purchase authorization: the day before, the day, the day after."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from authorizations.models import (
    AuthorizationLine,
    Order,
    OrderLine,
    Product,
    PurchaseAuthorization,
)
from authorizations.rules.dates import born_with
from tests.authorizations.returning import give_back
from tests.each import each

D = dt.timedelta


def make_authorization(customer, created_on, *, anniversary=None, number="PA-00000001", **facts):
    day = anniversary.day if anniversary else None
    terms = customer.reseller.terms_on(created_on)
    dates = born_with(created_on, terms=terms, anniversary=anniversary, day=day)
    with transaction.atomic():
        made = PurchaseAuthorization.objects.create(
            reseller=customer.reseller,
            customer=customer,
            number=number,
            created_on=created_on,
            **vars(dates),
            **facts,
        )
        line = {
            "reseller": customer.reseller,
            "authorization": made,
            "product": Product.objects.get(name="Photoshop"),
            "quantity": 1,
        }
        AuthorizationLine.objects.create(**line)
        if made.order:
            OrderLine.objects.create(
                customer=customer,
                order=made.order,
                starts_on=created_on,
                counts_to=made.counts_to,
                usable_until_on=made.usable_until_on,
                **line,
            )
    return made


def state_on(authorization, date):
    return PurchaseAuthorization.objects.on(date).get(pk=authorization.pk).status


# Created on 2025-01-01: due on the 31st, suspended after 2 March, counts to 2026-01-01.
@each(
    ("today", "state"),
    [
        ("2025-01-01", "pending"),
        ("2025-01-30", "pending"),
        ("2025-01-31", "pending"),
        ("2025-02-01", "overdue"),
        ("2025-03-01", "overdue"),
        ("2025-03-02", "overdue"),
        ("2025-03-03", "suspended"),
        ("2026-01-31", "suspended"),
        ("2026-02-01", "lapsed"),
        ("2030-01-01", "lapsed"),
    ],
)
def test_an_unordered_authorization_ages(customer, today, state):
    authorization = make_authorization(customer, dt.date(2025, 1, 1))
    assert state_on(authorization, dt.date.fromisoformat(today)) == state


# Counts to 2025-06-30. Created 30 days or less before it: overdue until the 60th day, then gone.
@each(
    ("created", "today", "state"),
    [
        ("2025-05-31", "2025-07-30", "overdue"),
        ("2025-05-31", "2025-07-31", "lapsed"),
        ("2025-06-29", "2025-08-28", "overdue"),
        ("2025-06-29", "2025-08-29", "lapsed"),
        ("2025-05-30", "2025-07-29", "overdue"),
        ("2025-05-30", "2025-07-30", "suspended"),
        ("2025-05-30", "2025-07-31", "lapsed"),
    ],
)
def test_an_authorization_shortly_before_the_anniversary_lapses_instead_of_being_suspended(
    customer, created, today, state
):
    authorization = make_authorization(
        customer, dt.date.fromisoformat(created), anniversary=dt.date(2025, 6, 30)
    )
    assert state_on(authorization, dt.date.fromisoformat(today)) == state


@pytest.mark.parametrize("days", [0, 31, 61, 400])
def test_facts_outlast_the_calendar(customer, pinned_today, days):
    created = pinned_today - D(days)
    order = Order.objects.create(
        reseller=customer.reseller,
        number="1",
        number_key="1",
        ordered_on=created,
        return_until_on=created + D(14),
        recorded_on=created,
    )
    cancelled = make_authorization(customer, created, cancelled_at=timezone.now())
    ordered = make_authorization(customer, created, number="PA-00000002", order=order)
    returned = make_authorization(customer, created, number="PA-00000003", order=order)
    give_back(OrderLine.objects.get(authorization=returned))
    states = [state_on(row, pinned_today) for row in (cancelled, ordered, returned)]
    assert states == ["cancelled", "ordered", "returned"]


def test_the_default_manager_judges_each_row_by_its_own_resellers_today(
    customer, charlie, make_customer, settings, monkeypatch
):
    southern = make_customer(managed_by=charlie)
    settings.CONSOLE_TODAY = None
    frozen = dt.datetime(2025, 1, 31, 23, 0, tzinfo=dt.UTC)
    north = make_authorization(customer, dt.date(2025, 1, 1))
    south = make_authorization(southern, dt.date(2025, 1, 1), number="PA-00000002")
    # 23:00 UTC on the due date is the next day in Tallinn and still the due date in New York.
    monkeypatch.setattr(
        "reseller_console.lib.clock.TodayIn.template",
        f"(timestamptz '{frozen.isoformat()}' AT TIME ZONE %(expressions)s)::date",
    )
    states = dict(PurchaseAuthorization.objects.values_list("pk", "status"))
    assert states == {north.pk: "overdue", south.pk: "pending"}


@pytest.mark.parametrize(("due", "suspended", "boundary"), [(30, 60, 60), (14, 44, 44)])
def test_both_presets_of_the_program_keep_their_own_ladder(
    customer, due, suspended, boundary, pinned_today
):
    customer.reseller.program.terms.update(order_due_days=due, suspended_after_days=suspended)
    authorization = make_authorization(customer, pinned_today)
    assert state_on(authorization, pinned_today + D(due)) == "pending"
    assert state_on(authorization, pinned_today + D(due + 1)) == "overdue"
    assert state_on(authorization, pinned_today + D(boundary)) == "overdue"
    assert state_on(authorization, pinned_today + D(boundary + 1)) == "suspended"

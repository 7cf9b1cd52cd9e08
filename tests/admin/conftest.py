"""Ops at their desk, and a row of everything they see."""

from __future__ import annotations

import pytest
from django.utils import timezone

from authorizations.models import (
    AuthorizationLine,
    NightlyRun,
    Notice,
    Order,
    OrderLine,
    Product,
    PurchaseAuthorization,
)
from customers.models import CorrectionRequest, CustomerEvent
from notifications.models import Email, Suppression, TrackingEvent
from reseller_console.accounts.actions.calendar_feed import create_feed
from reseller_console.accounts.models import AccessAttempt, AttemptKind, Erasure, TeamEvent, User
from tests.admin.pages import D


@pytest.fixture
def desk(login, ops):
    """Ops, signed in."""
    return login(ops)


@pytest.fixture
def product(db):
    """One product of the catalog."""
    return Product.objects.create(name="Test app", family="Tests", offering="team")


@pytest.fixture
def make_authorization(product, pinned_today):
    """Return a function that makes a PA so many days old."""

    def make(customer, days=0, **fields):
        created = pinned_today - D(days)
        number = f"PA-{PurchaseAuthorization.objects.count():08d}"
        row = PurchaseAuthorization.objects.create(
            reseller=customer.reseller,
            customer=customer,
            number=number,
            created_on=created,
            counts_to=created + D(365),
            anniversary_day=created.day,
            due_on=created + D(30),
            suspends_on=created + D(60),
            lapses_on=created + D(396),
            usable_until_on=created + D(395),
            **fields,
        )
        line = {"reseller": customer.reseller, "authorization": row, "product": product}
        AuthorizationLine.objects.create(**line, quantity=3)
        if row.order:
            OrderLine.objects.create(
                **line,
                customer=customer,
                order=row.order,
                quantity=3,
                starts_on=created,
                counts_to=row.counts_to,
                usable_until_on=row.usable_until_on,
            )
        return row

    return make


@pytest.fixture
def one_of_each(customer, make_authorization, alice, vera, north, product, pinned_today):
    """At least one row of every model in the admin."""
    row = make_authorization(customer)
    order = Order.objects.create(
        reseller=north,
        number="O-1",
        number_key="o-1",
        ordered_on=pinned_today,
        return_until_on=pinned_today,
        recorded_by=alice,
        recorded_on=pinned_today,
    )
    OrderLine.objects.create(
        reseller=north,
        order=order,
        customer=customer,
        product=product,
        quantity=1,
        starts_on=pinned_today,
        counts_to=pinned_today + D(365),
        usable_until_on=pinned_today + D(395),
    )
    Notice.objects.create(
        reseller=north, customer=customer, authorization=row, kind="x", owed_on=pinned_today
    )
    NightlyRun.objects.create(reseller=north, for_day=pinned_today)
    Email.objects.create(
        reseller=north,
        key="k",
        template="pa_created",
        to_address="v@x.example",
        not_before_at=timezone.now(),
    )
    now = timezone.now()
    Suppression.objects.create(
        reseller=north, address="w@x.example", address_key="w@x.example", since_at=now
    )
    TrackingEvent.objects.create(provider="mailgun", event_id="x", happened_at=now)
    CorrectionRequest.objects.create(reseller=north, customer=customer, asked_by=alice)
    CustomerEvent.objects.create(reseller=north, customer=customer, kind="customer_imported")
    AccessAttempt.objects.create(
        by=alice, kind=AttemptKind.ADDRESS, about="customers.customer", target=customer.pk, hour=now
    )
    Erasure.objects.create(by=alice, reason="asked")
    create_feed(alice, scope="managed", show="", by=alice)
    TeamEvent.objects.create(reseller=north, colleague=alice, kind="colleague_joined")
    User.objects.get(pk=alice.pk).invitations.create(
        reseller=north, version=1, token_hash="x", expires_on=pinned_today
    )

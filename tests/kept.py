"""Rows of every kind that is kept for a time, as if written, or ended, at an instant."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict

import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.utils import timezone

from authorizations.models import NightlyRun, Notice, PurchaseAuthorization, RenewalContact
from authorizations.rules.dates import born_with
from customers.models import CorrectionRequest, CustomerEvent, CustomerKind
from notifications.models import Email, TrackingEvent
from reseller_console.accounts.models import AccessAttempt, SignInAttempt, TeamEvent
from reseller_console.tenancy.models import Submission


def ago(days: float) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)


def make_email(customer, key: str, **fields) -> Email:
    values = {
        "reseller": customer.reseller,
        "about": customer.vip_id,
        "template": "paid",
        "to_address": customer.contact_email,
        "subject": "Your order",
        "text": "Words",
        "html": "<p>Words</p>",
        "context": {"number": "PA-1"},
        "not_before_at": timezone.now(),
        "sent_at": timezone.now(),
    }
    return Email.objects.create(key=key, **values | fields)


def purchase(customer) -> PurchaseAuthorization:
    day = customer.reseller.day()
    dates = born_with(day.today, terms=day.terms, anniversary=None, day=None)
    return PurchaseAuthorization.objects.create(
        reseller=customer.reseller,
        customer=customer,
        number=f"PA-{customer.pk % 10_000:04}{PurchaseAuthorization.objects.count():04}",
        created_on=day.today,
        **asdict(dates),
    )


def make(name: str, at: dt.datetime, customer, alice) -> None:
    """Store a row of a kind that was written, or ended, at an instant."""
    north = customer.reseller
    with time_machine.travel(at, tick=False):
        if name == "emails":
            make_email(customer, str(uuid.uuid4()), queued_at=at)
        elif name == "provider_reports":
            event = str(uuid.uuid4())
            TrackingEvent.objects.create(provider="x", event_id=event, kind="sent", happened_at=at)
        elif name == "customer_events":
            CustomerEvent.objects.create(
                reseller=north, customer=customer, kind=CustomerKind.RESENT
            )
        elif name == "team_events":
            TeamEvent.objects.create(reseller=north, colleague=alice, kind="joined")
        elif name == "access_attempts":
            facts = {"kind": "address", "about": "x", "target": 1, "where": "x"}
            AccessAttempt.objects.create(by=alice, hour=at, **facts)
        elif name == "admin_log":
            LogEntry.objects.create(user=alice, action_flag=2, object_repr="x")
        elif name == "notices":
            pa = purchase(customer)
            pa.cancelled_at = at
            pa.save(update_fields=["cancelled_at"])
            Notice.objects.create(
                reseller=north,
                customer=customer,
                authorization=pa,
                kind="due_soon",
                owed_on=at.date(),
                digested_on=at.date(),
            )
        elif name == "nights":
            NightlyRun.objects.create(reseller=north, for_day=at.date(), finished_at=at)
        elif name == "renewal_contacts":
            RenewalContact.objects.create(
                reseller=north,
                customer=customer,
                anniversary_on=at.date(),
                sent_by=alice,
                sent_on=at.date(),
                sent_at=at,
            )
        elif name == "sign_in_attempts":
            SignInAttempt.objects.create(account="a", network="n", password="p")
        elif name == "correction_requests":
            CorrectionRequest.objects.create(
                reseller=north, customer=customer, asked_by=alice, closed_by=alice, closed_at=at
            )
        elif name == "forms":
            Submission.objects.create(key=uuid.uuid4(), leads_to="/")
        elif name == "sessions":
            Session.objects.create(session_key=uuid.uuid4().hex, expire_date=at)

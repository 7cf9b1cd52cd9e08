"""Rows of every kind that is kept for a time, as if written, or ended, at an instant."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict

import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.utils import timezone

from authorizations.models import (
    EarlierAuthorization,
    NightlyRun,
    Notice,
    OrderReport,
    PurchaseAuthorization,
    RenewalContact,
    ReportSender,
)
from authorizations.rules.dates import born_with
from customers.models import CorrectionRequest, CustomerEvent, CustomerKind, EarlierCustomer
from notifications.models import Email, TrackingEvent
from reseller_console.accounts.models import AccessAttempt, SignInAttempt, TeamEvent
from reseller_console.tenancy.models import Submission

EARLIER_DATES = (
    *("created_on", "counts_to", "due_on", "suspends_on", "lapses_on"),
    "usable_until_on",
)


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
    with time_machine.travel(at, tick=False):
        _MAKERS[name](at, customer, alice)


def _email(at, customer, _alice) -> None:
    make_email(customer, str(uuid.uuid4()), queued_at=at)


def _customer_event(_at, customer, _alice) -> None:
    CustomerEvent.objects.create(
        reseller=customer.reseller, customer=customer, kind=CustomerKind.RESENT
    )


def _notice(at, customer, _alice) -> None:
    pa = purchase(customer)
    pa.cancelled_at = at
    pa.save(update_fields=["cancelled_at"])
    Notice.objects.create(
        reseller=customer.reseller,
        customer=customer,
        authorization=pa,
        kind="due_soon",
        owed_on=at.date(),
        digested_on=at.date(),
    )


def _renewal_contact(at, customer, alice) -> None:
    RenewalContact.objects.create(
        reseller=customer.reseller,
        customer=customer,
        anniversary_on=at.date(),
        sent_by=alice,
        sent_on=at.date(),
        sent_at=at,
    )


def _correction_request(at, customer, alice) -> None:
    CorrectionRequest.objects.create(
        reseller=customer.reseller,
        customer=customer,
        asked_by=alice,
        closed_by=alice,
        closed_at=at,
    )


def _provider_report(at, _customer, _alice) -> None:
    event = str(uuid.uuid4())
    TrackingEvent.objects.create(provider="x", event_id=event, kind="sent", happened_at=at)


def _team_event(_at, customer, alice) -> None:
    TeamEvent.objects.create(reseller=customer.reseller, colleague=alice, kind="joined")


def _access_attempt(at, _customer, alice) -> None:
    facts = {"kind": "address", "about": "x", "target": 1, "where": "x"}
    AccessAttempt.objects.create(by=alice, hour=at, **facts)


def _admin_log(_at, _customer, alice) -> None:
    LogEntry.objects.create(user=alice, action_flag=2, object_repr="x")


def _night(at, customer, _alice) -> None:
    NightlyRun.objects.create(reseller=customer.reseller, for_day=at.date(), finished_at=at)


def _sign_in_attempt(_at, _customer, _alice) -> None:
    SignInAttempt.objects.create(account="a", network="n", password="p")


def _form(_at, _customer, _alice) -> None:
    Submission.objects.create(key=uuid.uuid4(), leads_to="/")


def _session(at, _customer, _alice) -> None:
    Session.objects.create(session_key=uuid.uuid4().hex, expire_date=at)


def _earlier_customer(at, customer, alice) -> None:
    EarlierCustomer.objects.create(
        reseller=customer.reseller,
        customer=customer,
        from_on=at.date() - dt.timedelta(days=1),
        until_on=at.date(),
        managed_by_id=alice.pk,
    )


def _earlier_authorization(at, customer, _alice) -> None:
    pa = purchase(customer)
    EarlierAuthorization.objects.create(
        reseller=customer.reseller,
        customer=customer,
        authorization=pa,
        from_on=at.date() - dt.timedelta(days=1),
        until_on=at.date(),
        anniversary_day=pa.anniversary_day,
        **{name: getattr(pa, name) for name in EARLIER_DATES},
    )


def _order_report(at, customer, alice) -> None:
    north = customer.reseller
    sender, _made = ReportSender.objects.get_or_create(reseller=north, name_key="d")
    report = OrderReport.objects.create(
        reseller=north, sender=sender, content=b"", uploaded_by=alice, uploaded_at=at
    )
    report.lines.create(reseller=north, line=2)


_MAKERS = {
    "order_reports": _order_report,
    "earlier_customers": _earlier_customer,
    "earlier_authorizations": _earlier_authorization,
    "emails": _email,
    "customer_events": _customer_event,
    "notices": _notice,
    "renewal_contacts": _renewal_contact,
    "correction_requests": _correction_request,
    "provider_reports": _provider_report,
    "team_events": _team_event,
    "access_attempts": _access_attempt,
    "admin_log": _admin_log,
    "nights": _night,
    "sign_in_attempts": _sign_in_attempt,
    "forms": _form,
    "sessions": _session,
}

"""How long things are kept: what goes when its time is up, and what never does."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict

import psycopg
import pytest
import time_machine
from django.apps import apps
from django.conf import settings as conf
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.utils import timezone

from authorizations.details.timeline import timeline
from authorizations.models import NightlyRun, Notice, PurchaseAuthorization
from authorizations.rules.dates import born_with
from customers.models import CorrectionRequest, CustomerEvent, CustomerKind
from notifications import rendering
from notifications.actions import send_again
from notifications.models import Email, TrackingEvent
from reseller_console.accounts.models import AccessAttempt, SignInAttempt, TeamEvent
from reseller_console.configuration import retention as configuration
from reseller_console.lib import locks, retention
from reseller_console.lib.refusals import ActionRefused
from reseller_console.tenancy.models import Submission
from tests.each import each

pytestmark = pytest.mark.django_db

# Models whose rows stay as long as what they belong to, and why.
STAY = {
    "what was bought, and from whom": {
        *("Order", "OrderLine", "PurchaseAuthorization", "AuthorizationLine"),
        *("Customer", "Person", "Assignment", "StandingTally"),
    },
    "who accepted what, and may act": {
        *("TermsAcceptance", "VipTerms", "VipTermsText", "Membership", "User"),
        *("Invitation", "AdminInvitation", "ColleagueInvitation", "Suppression", "Erasure"),
    },
    "settings": {"Reseller", "Program", "ProgramTerms", "Product"},
    "Django's own": {"Permission", "Group", "ContentType", "EmailAddress", "EmailConfirmation"},
}
KIND_OF = {
    "Email": "emails",
    "TrackingEvent": "provider_reports",
    "CustomerEvent": "customer_events",
    "TeamEvent": "team_events",
    "AccessAttempt": "access_attempts",
    "LogEntry": "admin_log",
    "Notice": "notices",
    "NightlyRun": "nights",
    "SignInAttempt": "sign_in_attempts",
    "CorrectionRequest": "correction_requests",
    "Submission": "forms",
    "Session": "sessions",
}


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


MODELS = {kind: name for name, kind in KIND_OF.items()}


def count(kind: str) -> int:
    [model] = [model for model in apps.get_models() if model.__name__ == MODELS[kind]]
    return model._base_manager.count()


@each("kind", sorted(MODELS))
def test_what_is_old_goes_and_what_is_young_stays(customer, alice, kind):
    life = conf.RETENTION[kind]
    make(kind, ago(life + 3), customer, alice)
    before = count(kind)
    make(kind, ago(life - 0.5 if life == 1 else life - 1), customer, alice)
    assert retention.forget()[kind] == 1
    assert count(kind) == before
    assert retention.forget().get(kind, 0) == 0


@each(
    "kind", sorted(set(MODELS) - {"customer_events", "team_events", "access_attempts", "admin_log"})
)
def test_zero_is_for_ever(customer, alice, settings, kind):
    settings.RETENTION = {**conf.RETENTION, kind: 0}
    make(kind, ago(9_000), customer, alice)
    before = count(kind)
    assert kind not in retention.forget()
    assert count(kind) == before


def test_what_ended_in_the_cache_goes(db):
    with connection.cursor() as cursor:
        for key, days in (("old", 3), ("young", 0.5)):
            row = [key, "x", ago(days)]
            cursor.execute("INSERT INTO console_cache VALUES (%s, %s, %s)", row)
    assert retention.forget()["cache"] == 1


def test_every_table_has_a_life_or_a_reason_to_stay():
    names = {model.__name__ for model in apps.get_models()}
    assert names - set(KIND_OF) - set().union(*STAY.values()) == set()
    assert set(retention._KINDS) == set(conf.RETENTION) == set(configuration.DEFAULTS)


# --- audits


def test_the_application_cannot_say_how_long_an_audit_is_kept(customer, alice):
    make("customer_events", ago(400), customer, alice)
    with connection.cursor() as cursor:
        cursor.execute("SELECT console_forget_audit('customers_customerevent', 100)")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT console_forget_audit('customers_customer', 100)")
        assert cursor.fetchone() == (0,)
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("UPDATE console_retention SET days = 90")


def test_a_life_that_the_database_does_not_know_yet_is_told(settings):
    assert retention.deviations() == []
    settings.RETENTION = {**conf.RETENTION, "team_events": 100}
    assert retention.deviations() == [
        "accounts_teamevent is kept for 3653 days, but the settings say 100."
        " Run migrate to apply that."
    ]


# --- emails


def test_an_emails_words_go_and_what_became_of_it_stays(customer, login, alice):
    email = make_email(customer, "a", queued_at=ago(731))
    waiting = make_email(customer, "b", queued_at=ago(731), sent_at=None)
    young = make_email(customer, "c", queued_at=ago(729))
    assert retention.forget() == {"email_words": 1}
    email.refresh_from_db()
    assert (email.subject, email.text, email.html, email.context) == ("", "", "", {})
    assert email.sent_at is not None
    assert rendering.subject_of(email) == "An email whose text is no longer kept"
    assert [waiting.text, young.text] == ["Words", "Words"]
    assert "no longer kept" in timeline(customer).rows[-1].text
    assert "no longer kept" in login(alice).get(customer.get_absolute_url()).content.decode()
    assert retention.forget() == {}


def test_an_email_without_words_is_not_sent_again(customer, ops):
    email = make_email(customer, "a", queued_at=ago(731), sent_at=None, failed_at=ago(731))
    retention.forget()
    with pytest.raises(ActionRefused) as refused:
        send_again(email, by=ops)
    assert refused.value.code == "removed"


def test_the_mailbox_shows_an_email_without_words(customer, login, ops):
    email = make_email(customer, "a", queued_at=ago(731))
    retention.forget()
    client = login(ops)
    assert "no longer kept" in client.get("/mailbox/").content.decode()
    assert "Its text is no longer kept" in client.get(f"/mailbox/{email.pk}/").content.decode()


# --- notices and nights


NOTICES = {
    "of a purchase that waits for its order": ({"open": True}, True),
    "of a cancelled purchase": ({}, False),
    "that no digest has told": ({"digested_on": None}, True),
    "that was skipped": ({"digested_on": None, "skipped_because": "later"}, False),
}


@each(("fields", "stays"), list(NOTICES.values()))
def test_a_notice_of_a_purchase_goes_when_it_cannot_come_again(customer, fields, stays):
    pa = purchase(customer)
    if not fields.pop("open", False):
        type(pa).objects.filter(pk=pa.pk).update(cancelled_at=timezone.now())
    old = ago(1_200).date()
    values = {"kind": "due_soon", "owed_on": old, "digested_on": old} | fields
    Notice.objects.create(reseller=customer.reseller, customer=customer, authorization=pa, **values)
    retention.forget()
    assert Notice.objects.exists() == stays


@each(
    ("night", "renewal", "stays"),
    [(True, False, False), (False, False, True), (True, True, True)],
)
def test_a_notice_of_a_term_goes_when_no_night_looks_at_the_term(customer, night, renewal, stays):
    old = ago(1_200).date()
    if night:
        NightlyRun.objects.create(
            reseller=customer.reseller, for_day=ago(1).date(), finished_at=timezone.now()
        )
    if renewal:
        type(customer).objects.filter(pk=customer.pk).update(renewal_on=old)
    Notice.objects.create(
        reseller=customer.reseller,
        customer=customer,
        kind="renewal_due",
        anniversary_on=old,
        owed_on=old,
        digested_on=old,
    )
    retention.forget()
    assert Notice.objects.exists() == stays


def test_the_newest_finished_night_stays_however_old(customer):
    north = customer.reseller
    for days, finished in ((900, True), (800, True), (790, False)):
        with time_machine.travel(ago(days), tick=False):
            now = timezone.now()
            NightlyRun.objects.create(
                reseller=north, for_day=now.date(), finished_at=now if finished else None
            )
    assert retention.forget() == {"nights": 1}
    assert NightlyRun.objects.filter(finished_at__isnull=False).count() == 1


# --- how it goes about it


def forms(count: int) -> None:
    for _ in range(count):
        Submission.objects.create(key=uuid.uuid4(), leads_to="/")
    Submission.objects.update(submitted_at=ago(100))


def test_small_batches_remove_everything():
    forms(5)
    assert retention.forget(batch=2) == {"forms": 5}


def test_when_time_is_up_the_rest_waits_for_the_next_run():
    forms(3)
    assert retention.forget(seconds=0) == {}
    assert Submission.objects.count() == 3


def test_while_another_process_is_at_it_nothing_is_done():
    forms(1)
    with locks.held("retention", seconds=5):
        assert retention.forget() == {}
    assert retention.forget() == {"forms": 1}


def test_one_kind_that_fails_keeps_no_other_waiting(monkeypatch):
    def fail(_before: dt.datetime, _most: int) -> int:
        raise DatabaseError("no")

    forms(1)
    monkeypatch.setitem(retention._KINDS, "emails", fail)
    assert retention.forget() == {"forms": 1}


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_holds_is_left_for_the_next_time():
    forms(2)
    held = Submission.objects.first()
    with psycopg.connect(**connection.get_connection_params() | {"autocommit": False}) as other:
        other.execute("SELECT FROM tenancy_submission WHERE key = %s FOR UPDATE", [held.pk])
        assert retention.forget() == {"forms": 1}
    assert retention.forget() == {"forms": 1}


@each(
    ("variable", "days"),
    [("KEEP_PROVIDER_REPORTS_DAYS", 7), ("KEEP_NOTICES_DAYS", 1), ("KEEP_EMAIL_WORDS_DAYS", 9_999)],
)
def test_a_life_that_does_harm_is_refused(monkeypatch, variable, days):
    monkeypatch.setitem(configuration.env.ENVIRON, variable, str(days))
    with pytest.raises(ImproperlyConfigured, match="KEEP_"):
        configuration.retention()


def test_an_old_customers_activity_says_how_long_entries_are_kept(
    customer, make_customer, login, alice
):
    path = customer.get_absolute_url()
    assert "Entries are kept" not in login(alice).get(path).content.decode()
    old = make_customer(created_at=ago(4_000))
    assert (
        "Entries are kept for 120 months."
        in login(alice).get(old.get_absolute_url()).content.decode()
    )

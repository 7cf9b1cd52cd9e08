"""How long things are kept: what goes when its time is up, and what never does."""

from __future__ import annotations

import pytest
import time_machine
from django.apps import apps
from django.conf import settings as conf
from django.db import DatabaseError, connection
from django.utils import timezone

from authorizations.details.timeline import timeline
from authorizations.models import NightlyRun, Notice
from notifications import rendering
from notifications.actions import send_again
from reseller_console.configuration import retention as configuration
from reseller_console.lib import retention
from reseller_console.lib.refusals import ActionRefused
from tests.each import each
from tests.kept import ago, make, make_email, purchase

pytestmark = pytest.mark.django_db

# Models whose rows stay as long as what they belong to, and why.
STAY = {
    "what was bought, and from whom": {
        *("Order", "OrderLine", "PurchaseAuthorization", "AuthorizationLine"),
        *("ReturnedLine", "DroppedRenewal"),
        *("Customer", "Person", "Assignment", "StandingTally"),
    },
    "who accepted what, and may act": {
        *("TermsAcceptance", "VipTerms", "VipTermsText", "Membership", "User"),
        *("Invitation", "AdminInvitation", "ColleagueInvitation", "Suppression", "Erasure"),
    },
    "what its owner revokes, or loses on leaving": {"CalendarFeed"},
    "settings": {"Reseller", "Program", "ProgramTerms", "Product", "ReportSender"},
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
    "RenewalContact": "renewal_contacts",
    "EarlierCustomer": "earlier_customers",
    "EarlierAuthorization": "earlier_authorizations",
    "OrderReport": "order_reports",
    "ReportLine": "order_reports",
    "SignInAttempt": "sign_in_attempts",
    "CorrectionRequest": "correction_requests",
    "Submission": "forms",
    "Session": "sessions",
}


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


# --- what is said


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

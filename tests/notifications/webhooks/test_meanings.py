"""B: one table of what a report means; the worst report stands, in whatever order they come."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from django.utils import timezone

from notifications.delivery import delivery_of as delivery_in_hand
from notifications.models import Email, Suppression
from notifications.tracking.meanings import instant_of, reason_of
from notifications.tracking.provider_words import PROVIDERS
from notifications.tracking.reasons import Reason
from tests.each import each
from tests.notifications import told

pytestmark = pytest.mark.django_db

PM, MJ, SES, BV, SG, MD, SP, MS = (
    *("postmark", "mailjet", "amazon_ses", "brevo"),
    *("sendgrid", "mandrill", "sparkpost", "mailersend"),
)
HARD, SOFT, REFUSED = "bounced, hard-bounce", "bounced, soft-bounce", "failed, refused"
LISTED, SPAM = "blocked, suppressed", "complained, complaint"


@pytest.fixture(autouse=True)
def all_report(settings):
    settings.MAIL_WEBHOOKS = [PM, MJ, SES, BV, SG, SP, MS]
    settings.ANYMAIL = {
        "WEBHOOK_SECRET": told.SECRET,
        "MAILERSEND_SIGNING_SECRET": "secret of the tests",
    }


@pytest.fixture
def tell(client, sent):
    """Return a function that posts reports of one provider on one email, one after the other."""

    def post(provider: str, *reports: dict) -> str:
        name = "7" if provider == MJ else "id-of-the-provider"
        Email.objects.filter(pk=sent.pk).update(provider_id=name)
        for report in reports:
            answer = client.post(f"/anymail/{provider}/tracking/", **_form(provider, name, report))
            assert answer.status_code == 200, answer.status_code
        found = Email.objects.with_delivery().get(pk=sent.pk)
        assert found.delivery == delivery_in_hand(found)
        is_held = Suppression.objects.filter(cleared_at__isnull=True).exists()
        assert is_held == bool(found.return_reason and Reason(found.return_reason).suppresses)
        return ", ".join(filter(None, (found.delivery, found.return_reason)))

    return post


def _form(provider: str, name: str, report: dict) -> dict:
    if provider == SES:
        outer = told.amazon_ses(name, **report)
        form = told.posted(outer, form="text/plain")
        form["headers"] = told.PASSWORD | {
            "x-amz-sns-message-type": "Notification",
            "x-amz-sns-message-id": outer["MessageId"],
        }
        return form
    made = getattr(told, provider)(name, **report)
    return told.posted(made)


def pm(kind: str, **more: object) -> dict:
    return {"RecordType": "Bounce", "Type": kind} | more


def ses_delivery(**more: object) -> dict:
    return {"notificationType": "Delivery", "delivery": {"recipients": [told.VERA]}} | more


def ses_complaint(**more: object) -> dict:
    complaint = {"complainedRecipients": [{"emailAddress": told.VERA}]} | more
    return {"notificationType": "Complaint", "complaint": complaint}


PM_DELIVERED = {"RecordType": "Delivery"}
ONE_BY_ONE = [
    (PM, [pm("HardBounce", Inactive=True)], HARD),
    (PM, [pm("BadEmailAddress", Inactive=True)], HARD),
    (PM, [pm("SoftBounce", Inactive=False)], SOFT),
    (PM, [pm("SoftBounce", Inactive=True)], LISTED),
    (PM, [pm("Unknown")], SOFT),
    (PM, [pm("SomethingNew")], SOFT),
    (PM, [pm("Blocked", Inactive=False, CanActivate=True)], REFUSED),
    (PM, [pm("Blocked", Inactive=True)], LISTED),
    (PM, [pm("SpamNotification", Inactive=False)], REFUSED),
    (PM, [pm("VirusNotification")], REFUSED),
    (PM, [pm("DMARCPolicy")], REFUSED),
    (PM, [pm("ManuallyDeactivated", Inactive=True)], LISTED),
    (PM, [pm("SpamComplaint", RecordType="SpamComplaint", Inactive=True)], SPAM),
    *((PM, [pm(w)], "sent") for w in ("Transient", "DnsError", "AutoResponder", "AddressChange")),
    *((PM, [PM_DELIVERED, pm(w)], "delivered") for w in ("AutoResponder", "ChallengeVerification")),
    (MJ, [{"event": "bounce", "hard_bounce": False, "error": "quota exceeded"}], SOFT),
    (MJ, [{"event": "bounce", "hard_bounce": False, "error": "something new"}], SOFT),
    (MJ, [{"event": "bounce", "error": "user unknown"}], SOFT),
    (MJ, [{"event": "bounce", "hard_bounce": True, "error": "user unknown"}], HARD),
    (MJ, [{"event": "bounce", "hard_bounce": True, "error": "content blocked"}], REFUSED),
    (MJ, [{"event": "bounce", "hard_bounce": False, "error": "policy issue"}], REFUSED),
    (MJ, [{"event": "blocked", "error": "preblocked", "error_related_to": "mailjet"}], LISTED),
    (MJ, [{"event": "blocked", "error": "user unknown"}], LISTED),
    (MJ, [{"event": "blocked", "error": "duplicate in campaign"}], REFUSED),
    (MJ, [{"event": "bounce", "error": "greylisted", "hard_bounce": False}], "sent"),
    (MJ, [{"event": "spam"}], SPAM),
    (SES, [told.bounce("Permanent", "General")], HARD),
    (SES, [told.bounce("Permanent", "NoEmail")], HARD),
    (SES, [told.bounce("Permanent", "General", "smtp; 550 5.1.1 user unknown")], HARD),
    (SES, [told.bounce("Permanent", "General", "smtp; 550 5.7.1 blocked, 5.1.1.4")], REFUSED),
    (SES, [told.bounce("Permanent", "Suppressed")], LISTED),
    (SES, [told.bounce("Permanent", "OnAccountSuppressionList")], LISTED),
    (SES, [told.bounce("Permanent", "SomethingNew")], SOFT),
    (SES, [told.bounce("Transient", "General")], "bounced, transient"),
    (SES, [told.bounce("Transient", "MailboxFull")], SOFT),
    (SES, [told.bounce("Transient", "ContentRejected")], REFUSED),
    (SES, [told.bounce("Undetermined", "Undetermined")], SOFT),
    (SES, [ses_complaint(complaintFeedbackType="abuse")], SPAM),
    (SES, [ses_complaint(complaintFeedbackType="not-spam")], "sent"),
    (SES, [ses_complaint(complaintSubType="OnAccountSuppressionList")], LISTED),
    (SES, [{"notificationType": "Reject", "reject": {"reason": "Bad content"}}], REFUSED),
    (SES, [{"eventType": "DeliveryDelay", "deliveryDelay": {}}], "sent"),
    (SES, [{"eventType": "SomethingNew"}], "sent"),
    (BV, [{"event": "hard_bounce"}], HARD),
    (BV, [{"event": "invalid_email"}], HARD),
    (BV, [{"event": "soft_bounce"}], SOFT),
    (BV, [{"event": "blocked"}], LISTED),
    (BV, [{"event": "error"}], REFUSED),
    (BV, [{"event": "deferred"}], "sent"),
    (BV, [{"event": "something_new"}], "sent"),
    (SG, [{"event": "bounce", "type": "bounce", "status": "5.1.1"}], HARD),
    (SG, [{"event": "bounce", "type": "bounce", "bounce_classification": "Content"}], REFUSED),
    (SG, [{"event": "bounce", "type": "bounce", "status": "5.7.1"}], REFUSED),
    (SG, [{"event": "bounce", "type": "bounce", "status": "5.2.2"}], SOFT),
    (SG, [{"event": "bounce", "type": "blocked", "status": "5.1.1"}], REFUSED),
    (SG, [{"event": "bounce"}], SOFT),
    (SG, [{"event": "dropped", "reason": "Bounced Address"}], LISTED),
    (SG, [{"event": "dropped", "reason": "Spam Reporting Address"}], LISTED),
    (SG, [{"event": "dropped", "reason": "Spam Content"}], REFUSED),
    (SG, [{"event": "dropped", "reason": "something new"}], REFUSED),
    (SP, [{"type": "bounce", "bounce_class": "10"}], HARD),
    (SP, [{"type": "bounce", "bounce_class": "22"}], SOFT),
    (SP, [{"type": "bounce", "bounce_class": "51"}], REFUSED),
    (SP, [{"type": "bounce", "bounce_class": "999"}], SOFT),
    (SP, [{"type": "delivery"}, {"type": "out_of_band", "bounce_class": "60"}], "delivered"),
    (
        SP,
        [{"type": "policy_rejection", "raw_reason": "550 5.7.1 recipient address suppressed"}],
        LISTED,
    ),
    (SP, [{"type": "policy_rejection", "raw_reason": "554 5.7.1 content"}], REFUSED),
]


@each(("provider", "reports", "right"), ONE_BY_ONE)
def test_each_word_means_what_its_provider_says(provider, reports, right, tell):
    assert tell(provider, *reports) == right


# reports.json, and what else comes together; each in every order it can come.
def at(minutes: int) -> str:
    return (timezone.now() - dt.timedelta(minutes=90 - minutes)).isoformat()


IN_ANY_ORDER = [
    (
        PM,
        [pm("SoftBounce", BouncedAt=at(1)), pm("HardBounce", Inactive=True, BouncedAt=at(2))],
        HARD,
    ),
    (
        PM,
        [{"RecordType": "Delivery", "DeliveredAt": at(1)}, pm("HardBounce", BouncedAt=at(2))],
        HARD,
    ),
    (
        PM,
        [
            {"RecordType": "Delivery", "DeliveredAt": at(1)},
            {"RecordType": "Open", "ReceivedAt": at(2)},
            pm("SpamComplaint", RecordType="SpamComplaint", BouncedAt=at(3)),
        ],
        SPAM,
    ),
    (
        PM,
        [pm("SoftBounce", BouncedAt=at(1)), {"RecordType": "Delivery", "DeliveredAt": at(2)}],
        "delivered, soft-bounce",
    ),
    (
        PM,
        [{"RecordType": "Delivery", "DeliveredAt": at(1)}, pm("SoftBounce", BouncedAt=at(2))],
        SOFT,
    ),
    (
        PM,
        [
            pm("SoftBounce", BouncedAt=at(1)),
            {"RecordType": "Delivery", "DeliveredAt": at(2)},
            pm("SoftBounce", BouncedAt=at(3), Details="full again"),
        ],
        SOFT,
    ),
    (
        PM,
        [pm("Blocked", BouncedAt=at(1)), {"RecordType": "Delivery", "DeliveredAt": at(2)}],
        "delivered, refused",
    ),
    (
        PM,
        [
            pm("Blocked", Inactive=False, BouncedAt=at(1)),
            pm("ManuallyDeactivated", Inactive=True, BouncedAt=at(2)),
        ],
        LISTED,
    ),
    (SES, [ses_delivery(), told.bounce("Transient", "General")], "delivered, transient"),
    (
        SES,
        [told.bounce("Transient", "General"), told.bounce("Transient", "MailboxFull")],
        SOFT,
    ),
    (SES, [ses_delivery(), told.bounce("Permanent", "General")], HARD),
    (SES, [ses_delivery(), ses_complaint()], SPAM),
]


@each(
    ("provider", "reports", "right"),
    [
        (provider, order, right)
        for provider, reports, right in IN_ANY_ORDER
        for order in itertools.permutations(reports)
    ],
)
def test_the_worst_report_stands_in_any_order(provider, reports, right, tell):
    assert tell(provider, *reports) == right


def test_the_worse_report_suppresses_and_tells_its_words(tell, sent):
    tell(PM, pm("SoftBounce", Details="mailbox full"))
    assert not Suppression.objects.exists()
    tell(PM, pm("HardBounce", Inactive=True, Details="no such user"))
    sent.refresh_from_db()
    assert (sent.return_reason, sent.last_error) == ("hard-bounce", "no such user")
    tell(PM, pm("SpamComplaint", RecordType="SpamComplaint"))
    assert Suppression.objects.get().reason == "complaint"


def test_no_table_takes_a_word_of_another_for_a_dead_mailbox():
    """What a provider has never said means at most that this email came back."""
    for provider in (*PROVIDERS, "one that nobody knows"):
        for kind in ("bounced", "rejected", "failed"):
            event = _Event(kind)
            reason = reason_of(provider, event)
            assert reason in (Reason.SOFT_BOUNCE, Reason.REFUSED), (provider, kind)


class _Event:
    """An event in anymail's words whose own ones are unknown."""

    reject_reason = "other"
    esp_event = {"event": "?", "type": "?", "RecordType": "Bounce", "Type": "?"}

    def __init__(self, kind: str) -> None:
        self.event_type = kind


def test_every_reason_moves_an_instant_or_the_address():
    for reason in Reason:
        assert instant_of("bounced", reason) or reason is Reason.UNSUBSCRIBED
    assert instant_of("delivered", "") == "delivered_at"
    assert instant_of("autoresponded", "") == ""

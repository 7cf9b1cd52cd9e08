"""B: a provider that sends lists of reports is answered as one that sends them one by one."""

from __future__ import annotations

import json

import pytest

from notifications.models import Email
from tests.each import each
from tests.notifications import told

pytestmark = pytest.mark.django_db

BV, SG, SP, MJ, PM = "brevo", "sendgrid", "sparkpost", "mailjet", "postmark"


@pytest.fixture(autouse=True)
def all_report(settings):
    settings.MAIL_WEBHOOKS = [BV, SG, SP, MJ, PM, "mailersend"]
    settings.ANYMAIL = {
        "WEBHOOK_SECRET": told.SECRET,
        "MAILERSEND_SIGNING_SECRET": "secret of the tests",
    }


def test_a_list_of_events_is_taken_whole(client, sent):
    Email.objects.filter(pk=sent.pk).update(provider_id="id")
    events = [told.brevo("id", event=kind) for kind in ("request", "delivered", "hard_bounce")]
    answer = client.post("/anymail/brevo/tracking/", **told.posted(events))
    assert answer.status_code == 200
    assert Email.objects.with_delivery().get(pk=sent.pk).delivery == "bounced"


@each(
    ("provider", "batch"),
    [
        (BV, []),
        (BV, [{"event": "something new"}, {"hello": 1}]),
        (BV, [7, {"event": "delivered", "message-id": "id"}]),
        (SG, {"event": "delivered", "anymail_id": "id"}),
        (SG, [{"no": "event"}, {"event": "delivered", "anymail_id": "id"}]),
        (SP, {"msys": {"message_event": {"type": "delivery", "transmission_id": "id"}}}),
        (SP, [{"msys": {}}]),
        (MJ, [{"event": "sent", "MessageID": 7}, {"event": "something new"}]),
        (PM, [{"RecordType": "Delivery", "MessageID": "id"}, {"RecordType": "SomethingNew"}]),
        (PM, {"RecordType": "Inbound", "FromFull": {}}),
    ],
)
def test_lists_single_events_and_unknown_ones_are_200(provider, batch, client):
    answer = client.post(f"/anymail/{provider}/tracking/", **told.posted(batch))
    assert answer.status_code == 200


@each(
    ("provider", "body"),
    [(BV, "7"), (BV, '"x"'), (BV, "[7, 8]"), (BV, "no JSON"), (SG, '[{"no": 1}]'), (PM, "[[]]")],
)
def test_what_holds_no_event_at_all_is_400(provider, body, client):
    form = {"data": body, "content_type": "application/json", "headers": told.PASSWORD}
    assert client.post(f"/anymail/{provider}/tracking/", **form).status_code == 400


def test_a_list_needs_the_password_too(client):
    form = told.posted([{"event": "delivered"}]) | {"headers": {}}
    assert client.post("/anymail/brevo/tracking/", **form).status_code == 401


def test_a_signed_list_is_signed_as_a_whole(client):
    body = json.dumps([told.mailersend("id", "delivered"), told.mailersend("id", "opened")])
    form = {"data": body, "content_type": "application/json"}
    headers = told.PASSWORD | {"signature": "nonsense"}
    assert client.post("/anymail/mailersend/tracking/", **form, headers=headers).status_code == 401
    headers["signature"] = told.signed(body, "secret of the tests")
    assert client.post("/anymail/mailersend/tracking/", **form, headers=headers).status_code == 200

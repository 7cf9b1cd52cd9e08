"""Reports of many providers, as their public documentation shows them."""

from __future__ import annotations

import hashlib
import hmac
import json

PASSWORD = {"authorization": "Basic cG9zdG1hcms6YSBsb25nIHBhc3N3b3Jk"}
SECRET = "postmark:a long password"
VERA = "vera@customer.example"


def posted(told: object, *, form: str = "application/json") -> dict:
    """Return what a client is to post."""
    return {"data": json.dumps(told), "content_type": form, "headers": PASSWORD}


def postmark(email_id: str, **told: object) -> dict:
    return {"MessageID": email_id, "Email": VERA, "Recipient": VERA} | told


def mailjet(email_id: str, **told: object) -> dict:
    return {"MessageID": int(email_id), "email": VERA, "time": 1_700_000_000} | told


def brevo(email_id: str, **told: object) -> dict:
    return {"message-id": email_id, "email": VERA} | told


def sendgrid(email_id: str, **told: object) -> list:
    return [{"anymail_id": email_id, "email": VERA, "sg_event_id": json.dumps(told)[:90]} | told]


def mandrill_form(email_id: str, **told: object) -> dict:
    message = {"_id": email_id, "email": VERA} | told.pop("msg", {})
    return {"_id": email_id, "ts": 1_700_000_000, "msg": message} | told


def sparkpost(email_id: str, **told: object) -> list:
    event = {"transmission_id": email_id, "raw_rcpt_to": VERA, "event_id": json.dumps(told)[:90]}
    return [{"msys": {"message_event": event | told}}]


def mailersend(email_id: str, kind: str, **morph: object) -> dict:
    return {
        "type": f"activity.{kind}",
        "data": {
            "id": f"id of {kind}",
            "type": kind,
            "created_at": "2026-03-02T09:00:00.000000Z",
            "email": {"message": {"id": email_id}, "recipient": {"email": VERA}, "tags": []},
            "morph": morph or None,
        },
    }


def amazon_ses(email_id: str, **told: object) -> dict:
    """Return a notification inside the envelope of SNS, which has an id of its own."""
    told = {"mail": {"messageId": email_id, "destination": [VERA]}} | told
    return {
        "Type": "Notification",
        "MessageId": hashlib.sha256(json.dumps(told).encode()).hexdigest(),
        "TopicArn": "arn:aws:sns:eu-west-1:123456789012:reports",
        "Message": json.dumps(told),
        "Timestamp": "2026-03-02T09:00:00.000Z",
    }


def bounce(kind: str, subtype: str, diagnostic: str = "") -> dict:
    """Return a bounce in the words of SES."""
    return {
        "notificationType": "Bounce",
        "bounce": {
            "bounceType": kind,
            "bounceSubType": subtype,
            "bouncedRecipients": [{"emailAddress": VERA, "diagnosticCode": diagnostic}],
        },
    }


def signed(body: str, secret: str) -> str:
    """Return MailerSend's signature of a body."""
    return hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()

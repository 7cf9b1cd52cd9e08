"""Reports as two providers send them: the shapes they document, signed with a test's key."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import secrets

from django.utils import timezone
from svix.webhooks import Webhook

MAILGUN_KEY = "key-of-the-tests"
RESEND_SECRET = "whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cyBhbmQgb2YgdGhlbQ=="


def mailgun(
    event: str,
    message_id: str,
    *,
    at: dt.datetime | None = None,
    token: str = "",
    signed_at: dt.datetime | None = None,
    key: str = MAILGUN_KEY,
    recipient: str = "vera@customer.example",
    **data: object,
) -> dict:
    """Return what a client is to post: one of Mailgun's events, signed."""
    at = at or timezone.now()
    stamp = str(int((signed_at or timezone.now()).timestamp()))
    token = token or secrets.token_hex(25)
    signature = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    told = {
        "signature": {"timestamp": stamp, "token": token, "signature": signature},
        "event-data": {
            "id": "hTWCTD81RtiDN-" + token[:6],
            "event": event,
            "timestamp": at.timestamp(),
            "recipient": recipient,
            "recipient-domain": recipient.partition("@")[2],
            "log-level": "info",
            "tags": [],
            "campaigns": [],
            "user-variables": {},
            "flags": {"is-routed": False, "is-authenticated": True, "is-test-mode": False},
            "envelope": {
                "transport": "smtp",
                "sender": "no-reply@console.example",
                "sending-ip": "192.0.2.7",
                "targets": recipient,
            },
            "message": {
                "headers": {
                    "to": recipient,
                    "from": "no-reply@console.example",
                    "message-id": message_id.strip("<>"),
                    "subject": "Join the Value Incentive Plan",
                },
                "attachments": [],
                "size": 809,
            },
        }
        | data,
    }
    return {"data": json.dumps(told), "content_type": "application/json"}


def mailgun_bounce(message_id: str, *, words: str = "5.1.1 No such user here", **more) -> dict:
    """Return Mailgun's report of a failure for good."""
    status = {"tls": True, "mx-host": "mx.customer.example", "attempt-no": 1, "code": 550}
    return mailgun(
        "failed",
        message_id,
        **{
            "severity": "permanent",
            "reason": "bounce",
            "log-level": "error",
            "delivery-status": status | {"description": "", "message": words},
        }
        | more,
    )


def resend(
    kind: str,
    email_id: str,
    *,
    at: dt.datetime | None = None,
    event_id: str = "",
    signed_at: dt.datetime | None = None,
    secret: str = RESEND_SECRET,
    **data: object,
) -> dict:
    """Return what a client is to post: one of Resend's events, signed as svix does."""
    at = at or timezone.now()
    told = {
        "type": kind,
        "created_at": at.isoformat().replace("+00:00", "Z"),
        "data": {
            "created_at": at.isoformat(),
            "email_id": email_id,
            "from": "Reseller Console <no-reply@console.example>",
            "subject": "Join the Value Incentive Plan",
            "to": ["Vera Vaher <vera@customer.example>"],
        }
        | data,
    }
    body = json.dumps(told)
    event_id = event_id or f"msg_{secrets.token_hex(12)}"
    signed_at = signed_at or timezone.now()
    headers = {
        "svix-id": event_id,
        "svix-timestamp": str(int(signed_at.timestamp())),
        "svix-signature": Webhook(secret).sign(event_id, signed_at, body),
    }
    return {"data": body, "content_type": "application/json", "headers": headers}

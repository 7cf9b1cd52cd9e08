"""Talking to the mail provider: one email, one answer. Nothing here touches the database."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from anymail.backends.base import AnymailBaseBackend
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.handler import DEFAULT_MAILER_ALIAS
from django.utils.module_loading import import_string

from notifications.models import Email
from notifications.rendering import Rendered
from notifications.sending import outcomes
from notifications.sending.headers import header_text, mailbox, reply_to
from notifications.sending.outcomes import Kind, Outcome

# Emails name the person who answers questions in this fact; replies go there.
REPLY_TO_FACT = "manager_email"
REASON_LENGTH = 500


@dataclass(frozen=True)
class Handover:
    """An email ready to go: the message, and what must not appear in any record of it."""

    message: EmailMultiAlternatives
    secrets: tuple[str, ...] = ()


def remembers_keys_for() -> dt.timedelta:
    """Return how long the configured provider knows an email again by its key.

    Zero for a provider that takes no key: it would deliver the same email twice.
    """
    return getattr(_backend(), "remembers_keys_for", dt.timedelta(0))


def _backend() -> type:
    return import_string(str(settings.MAILERS[DEFAULT_MAILER_ALIAS]["BACKEND"]))


def idempotency_key(email: Email) -> str:
    """Return the key of this sending of the email, the same for each attempt."""
    name = f"{settings.CONSOLE_ORIGIN} {email.key} {email.sending}"
    return hashlib.sha256(name.encode()).hexdigest()


class _Message(EmailMultiAlternatives):
    """An email with what providers that have an API are told beside it."""

    idempotency_key: str
    # A provider that counts clicks would learn every secret link.
    track_clicks = False


def message_for(email: Email, rendered: Rendered) -> EmailMultiAlternatives:
    """Return the message for an email whose secret links are filled in.

    Raises ValueError for an address no mail can be sent to.
    """
    key = idempotency_key(email)
    message = _Message(
        subject=header_text(rendered.subject),
        body=rendered.text,
        to=[mailbox(email.to_name, email.to_address)],
        reply_to=reply_to(email.context.get(REPLY_TO_FACT)),
        headers={"Auto-Submitted": "auto-generated"},
    )
    # A mail server takes our name for the email; providers with an API give their own.
    if not issubclass(_backend(), AnymailBaseBackend):
        host = urlsplit(settings.CONSOLE_ORIGIN).hostname
        message.extra_headers["Message-ID"] = f"<{key[:32]}@{host}>"
    message.attach_alternative(rendered.html, "text/html")
    message.idempotency_key = key
    return message


def try_out(address: str) -> Outcome:
    """Send a short email to an address, past the outbox, and return what the provider answered.

    Raises ValueError for an address no mail can be sent to.
    """
    message = _Message(
        subject="Test email from the Reseller Console",
        body=f"This is a test: {settings.CONSOLE_ORIGIN} can send email.",
        to=[mailbox("", address)],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.idempotency_key = uuid.uuid4().hex
    return hand_over(Handover(message))


def hand_over(handover: Handover) -> Outcome:
    """Give an email to the provider and return what became of it; never raises."""
    outcome = _hand_over(handover.message)
    reason = outcome.reason
    for secret in handover.secrets:
        reason = reason.replace(secret, "[link]")
    # Cut only now: half a secret would not be recognized.
    return replace(outcome, reason=reason[:REASON_LENGTH])


def _hand_over(message: EmailMultiAlternatives) -> Outcome:
    try:
        mailer = mailers[DEFAULT_MAILER_ALIAS]
        mailer.open()
    except Exception as error:
        return outcomes.of_error_before_hand_over(error)
    try:
        if not mailer.send_messages([message]):
            return Outcome(Kind.FAILED, "The provider took nothing.")
    except Exception as error:
        return outcomes.of_error(error)
    finally:
        _close(mailer)
    return Outcome(Kind.SENT, provider_id=_provider_id(message))


def _close(mailer: BaseEmailBackend) -> None:
    """Say goodbye; the email's fate is known, so that trouble now means nothing."""
    try:
        mailer.close()
    except Exception:
        return


def _provider_id(message: EmailMultiAlternatives) -> str:
    status = getattr(message, "anymail_status", None)
    if status is None:
        return message.extra_headers.get("Message-ID", "")
    ids = status.message_id
    return str(ids if isinstance(ids, str) else next(iter(ids or ()), "") or "")[:200]

"""What a provider's answer, or its silence, means for an email: one ordered list of rules."""

from __future__ import annotations

import datetime as dt
import email.utils
import enum
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import requests
from anymail.exceptions import (
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import InvalidMailer
from django.utils import timezone
from urllib3.exceptions import ConnectTimeoutError

LONGEST_WAIT_SECONDS = 24 * 60 * 60


class Kind(enum.Enum):
    """The four ways a hand-over can end, and one way not to begin it."""

    SENT = "sent"
    FAILED = "failed"
    LATER = "later"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Outcome:
    """What became of one attempt.

    `wait_seconds` is how long the provider asks us to wait. `trouble` means that the provider
    itself is in trouble, not this email; `is_listed` that it has the address on its own list.
    """

    kind: Kind
    reason: str = ""
    provider_id: str = ""
    wait_seconds: int | None = None
    trouble: bool = False
    is_listed: bool = False


# The provider refuses us, not the email: a wrong key, a wrong address of its own.
_OUR_FAULT = {401, 403, 404, 405, 407}
# It says itself that nothing was done.
_IN_TROUBLE = {500, 501, 502, 503, 505}
# Somebody on the way gave up waiting, or the same key is just being worked on.
_UNSURE = {408, 409, 504}


def of_error(error: Exception) -> Outcome:
    """Return what an error while handing over an email means; the first rule that knows wins.

    What no rule knows is UNKNOWN: the email may have been accepted.
    """
    for rule in _RULES:
        outcome = rule(error)
        if outcome is not None:
            return outcome
    return Outcome(Kind.UNKNOWN, _reason(error))


def of_error_before_hand_over(error: Exception) -> Outcome:
    """Return what an error while connecting means: nothing was sent, so that it can wait."""
    return Outcome(Kind.LATER, _reason(error), trouble=True)


def _refused(error: Exception) -> Outcome | None:
    """The email itself cannot be sent to this recipient."""
    kinds = (
        AnymailRecipientsRefused,
        AnymailInvalidAddress,
        AnymailUnsupportedFeature,
        AnymailSerializationError,
    )
    # Django raises a bare ValueError for an address it cannot write.
    refused = isinstance(error, (*kinds, UnicodeError)) or type(error) is ValueError
    if not refused:
        return None
    return Outcome(Kind.FAILED, _reason(error), is_listed=_is_listed(error))


# https://postmarkapp.com/developer/api/overview#error-codes: the recipient is inactive.
_POSTMARK_INACTIVE = 406
# https://mailchimp.com/developer/transactional/api/messages/: what its denylist is made of.
_MANDRILL_LISTED = {"hard-bounce", "soft-bounce", "spam", "unsub", "custom"}


def _is_listed(error: Exception) -> bool:
    """Return whether the provider says that the address is on its list of blocked ones."""
    try:
        told = error.response.json()  # type: ignore[attr-defined]
        return any(
            row.get("ErrorCode") == _POSTMARK_INACTIVE
            or row.get("reject_reason") in _MANDRILL_LISTED
            for row in (told if isinstance(told, list) else [told])
        )
    except (AttributeError, ValueError):
        return False


def _misconfigured(error: Exception) -> Outcome | None:
    """Our settings are wrong; every email waits for ops."""
    kinds = (
        ImproperlyConfigured,
        InvalidMailer,
        smtplib.SMTPAuthenticationError,
        smtplib.SMTPHeloError,
        smtplib.SMTPNotSupportedError,
        smtplib.SMTPSenderRefused,
        requests.exceptions.InvalidURL,
        requests.exceptions.MissingSchema,
    )
    if isinstance(error, kinds):
        return Outcome(Kind.LATER, _reason(error), trouble=True)
    return None


def _smtp(error: Exception) -> Outcome | None:
    """A mail server's code: 4xx asks to try later, 5xx refuses for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max((code for code, _ in error.recipients.values()), default=550)
    elif isinstance(error, smtplib.SMTPResponseException):
        code = error.smtp_code
    else:
        return None
    if 400 <= code < 500:
        return Outcome(Kind.LATER, _reason(error))
    return Outcome(Kind.FAILED if 500 <= code < 600 else Kind.UNKNOWN, _reason(error))


def _status(error: Exception) -> Outcome | None:
    """An HTTP provider's status."""
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    if response is None or status is None:
        return None
    if status == 429:
        return Outcome(Kind.LATER, _reason(error), wait_seconds=retry_after(response.headers))
    if status in _OUR_FAULT or status in _IN_TROUBLE:
        wait = retry_after(response.headers)
        return Outcome(Kind.LATER, _reason(error), wait_seconds=wait, trouble=True)
    if status < 400 or status in _UNSURE or status >= 500:
        return Outcome(Kind.UNKNOWN, _reason(error))
    return Outcome(Kind.FAILED, _reason(error))


def _never_connected(error: Exception) -> Outcome | None:
    """No connection was made, so that nothing can have been accepted."""
    kinds = (
        ConnectTimeoutError,
        requests.exceptions.ConnectTimeout,
        requests.exceptions.ProxyError,
        # Other TLS errors can come after the email was taken.
        ssl.SSLCertVerificationError,
        smtplib.SMTPConnectError,
        ConnectionRefusedError,
    )
    if any(isinstance(cause, kinds) for cause in _causes(error)):
        return Outcome(Kind.LATER, _reason(error), trouble=True)
    return None


_RULES: list[Callable[[Exception], Outcome | None]] = [
    _misconfigured,
    _refused,
    _smtp,
    _status,
    _never_connected,
]


def retry_after(headers: Mapping[str, str], *, now: dt.datetime | None = None) -> int | None:
    """Return the seconds a `Retry-After` header asks for (at most a day), None without one.

    The header is a number of seconds or a date.
    """
    text = (headers.get("Retry-After") or "").strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            until = email.utils.parsedate_to_datetime(text)
        except ValueError:
            return None
        until = until if until.tzinfo else until.replace(tzinfo=dt.UTC)
        seconds = (until - (now or timezone.now())).total_seconds()
    return int(min(max(seconds, 1), LONGEST_WAIT_SECONDS)) if seconds == seconds else None


def _causes(error: BaseException) -> Iterator[object]:
    """Yield the error and everything it was made from; urllib3 hides causes in `reason`."""
    waiting: list[object] = [error]
    for _ in range(20):
        if not waiting:
            return
        cause = waiting.pop()
        yield cause
        if isinstance(cause, BaseException):
            inner = [cause.__cause__, cause.__context__, getattr(cause, "reason", None)]
            waiting += [c for c in (*inner, *cause.args) if isinstance(c, BaseException)]


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"

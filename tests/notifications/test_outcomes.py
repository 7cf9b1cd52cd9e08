"""What providers' answers mean."""

from __future__ import annotations

import datetime as dt
import json
import smtplib
import socket
import ssl

import pytest
import requests
from anymail.exceptions import (
    AnymailConfigurationError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
)
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from notifications.models import Suppression
from notifications.sending import claims, sender
from notifications.sending.outcomes import (
    Kind,
    Outcome,
    of_error,
    of_error_before_hand_over,
    retry_after,
)
from tests.each import each


def http(status: int, **headers: str) -> Exception:
    response = requests.Response()
    response.status_code = status
    response._content = b"{}"
    response.headers.update(headers)
    return AnymailRequestsAPIError(response=response)


def wrapped(error: Exception) -> Exception:
    """Return the error as Anymail passes it on."""
    kind = type("AnymailRequestsAPIError", (AnymailRequestsAPIError, type(error)), {})
    outer = kind("Error posting")
    outer.__cause__ = error
    return outer


REFUSED_CONNECTION = requests.ConnectionError(
    MaxRetryError(None, "/emails", NewConnectionError(None, "refused"))
)
DROPPED_CONNECTION = requests.ConnectionError(ProtocolError("Connection aborted."))


@each(
    ("error", "kind", "trouble"),
    [
        (AnymailRecipientsRefused(), Kind.FAILED, False),
        (AnymailInvalidAddress(), Kind.FAILED, False),
        (ValueError("Invalid address"), Kind.FAILED, False),
        (http(400), Kind.FAILED, False),
        (http(422), Kind.FAILED, False),
        (http(429), Kind.LATER, False),
        (http(401), Kind.LATER, True),
        (http(403), Kind.LATER, True),
        (http(500), Kind.LATER, True),
        (http(503), Kind.LATER, True),
        (http(504), Kind.UNKNOWN, False),
        (http(408), Kind.UNKNOWN, False),
        (http(409), Kind.UNKNOWN, False),
        (http(200), Kind.UNKNOWN, False),
        (wrapped(REFUSED_CONNECTION), Kind.LATER, True),
        (wrapped(requests.ConnectTimeout("slow")), Kind.LATER, True),
        (wrapped(requests.ReadTimeout("slow")), Kind.UNKNOWN, False),
        (wrapped(DROPPED_CONNECTION), Kind.UNKNOWN, False),
        (wrapped(requests.exceptions.SSLError(ssl.SSLEOFError())), Kind.UNKNOWN, False),
        (wrapped(requests.exceptions.SSLError(ssl.SSLCertVerificationError())), Kind.LATER, True),
        (AnymailConfigurationError("no key"), Kind.LATER, True),
        (smtplib.SMTPRecipientsRefused({"a@b": (550, b"no")}), Kind.FAILED, False),
        (smtplib.SMTPRecipientsRefused({"a@b": (451, b"greylisted")}), Kind.LATER, False),
        (smtplib.SMTPDataError(554, b"spam"), Kind.FAILED, False),
        (smtplib.SMTPDataError(452, b"full"), Kind.LATER, False),
        (smtplib.SMTPDataError(-1, b""), Kind.UNKNOWN, False),
        (smtplib.SMTPAuthenticationError(535, b"who?"), Kind.LATER, True),
        (smtplib.SMTPSenderRefused(553, b"no", "us@console.example"), Kind.LATER, True),
        (smtplib.SMTPServerDisconnected("gone"), Kind.UNKNOWN, False),
        (TimeoutError("slow"), Kind.UNKNOWN, False),
        (RuntimeError("a bug"), Kind.UNKNOWN, False),
    ],
)
def test_each_answer_means_one_outcome(error, kind, trouble):
    outcome = of_error(error)
    assert (outcome.kind, outcome.trouble) == (kind, trouble)
    assert outcome.reason


@pytest.mark.parametrize("error", [socket.gaierror("who?"), TimeoutError(), ConnectionResetError()])
def test_nothing_is_sent_before_the_connection_stands(error):
    assert of_error_before_hand_over(error).kind is Kind.LATER


@each(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 1),
        ("-5", 1),
        ("1.5", 1),
        ("999999999", 86400),
        ("Mon, 02 Mar 2026 12:05:00 GMT", 300),
        ("Mon, 02 Mar 2026 11:00:00 GMT", 1),
        ("", None),
        ("soon", None),
        ("nan", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    now = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    assert retry_after({"Retry-After": header}, now=now) == seconds


@each(
    ("attempts", "trouble", "asked", "seconds"),
    [
        (1, False, None, 30),
        (2, False, None, 60),
        (5, False, None, 480),
        (9, False, None, 3600),
        (500, False, None, 3600),
        (9, True, None, 300),
        (1, False, 900, 900),
        (9, False, 10, 3600),
    ],
)
def test_the_wait_doubles_and_the_provider_can_ask_for_more(attempts, trouble, asked, seconds):
    outcome = Outcome(Kind.LATER, trouble=trouble, wait_seconds=asked)
    assert claims.wait_after(attempts, outcome) == dt.timedelta(seconds=seconds)


@pytest.mark.django_db
@each(
    ("answer", "state"),
    [
        ({"ErrorCode": 406, "Message": "Inactive recipient"}, "blocked, suppressed"),
        ([{"ErrorCode": 406, "Message": "Inactive recipient"}], "blocked, suppressed"),
        ([{"status": "rejected", "reject_reason": "hard-bounce"}], "blocked, suppressed"),
        ([{"status": "rejected", "reject_reason": "unsigned"}], "failed, refused"),
        ({"ErrorCode": 300, "Message": "Invalid 'To' address"}, "failed, refused"),
        ("no JSON", "failed, refused"),
    ],
)
def test_a_provider_that_has_the_address_on_its_list_says_so_at_once(
    answer, state, put_email, provider, delivery_of
):
    def refuse(message) -> None:
        response = requests.Response()
        response.status_code = 422
        response._content = json.dumps(answer).encode() if answer != "no JSON" else b"no JSON"
        raise AnymailRecipientsRefused(email_message=message, response=response)

    provider.answer = refuse
    row = put_email()
    sender.send_waiting()
    row.refresh_from_db()
    assert f"{delivery_of(row)}, {row.return_reason}" == state
    found = Suppression.objects.first()
    assert (found is not None) == (row.return_reason == "suppressed")
    # What the provider said is kept beside the address.
    assert found is None or found.words == row.last_error != ""

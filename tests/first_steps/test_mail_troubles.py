"""A production console from which no email leaves says so, loudly and everywhere."""

from __future__ import annotations

import logging

from django.core.management import call_command

from reseller_console import starting
from reseller_console.configuration import mail
from tests.attacks.test_requests_from_elsewhere import in_production
from tests.each import each

REAL = "Console <console@reseller.test>"
TROUBLE = "MAIL_FROM is not set."


@each(
    ("provider", "sender", "words"),
    [
        ("postmark", REAL, []),
        ("smtp", REAL, ["SMTP_HOST"]),
        ("mailbox", REAL, ["stays in the console"]),
        ("postmark", "Console <no-reply@console.example>", ["MAIL_FROM"]),
        ("smtp", "no-reply@console.example", ["SMTP_HOST", "MAIL_FROM"]),
    ],
)
def test_each_reason_is_named(provider, sender, words):
    found = mail.troubles(provider, sender)
    assert len(found) == len(words)
    assert all(word in told for word, told in zip(words, found, strict=True))


def test_production_without_a_provider_knows_it():
    done = in_production("from django.conf import settings as s; print(len(s.MAIL_TROUBLES))")
    assert done.stdout.strip().endswith("2"), done.stdout + done.stderr


def test_it_is_said_at_the_start_by_check_and_to_monitoring(db, client, settings, caplog, capsys):
    assert client.get("/healthz/ready").json()["mail_configured"] is True
    settings.MAIL_TROUBLES = [TROUBLE]
    starting.tell_of_mail()
    (record,) = caplog.records
    assert record.levelno == logging.ERROR and TROUBLE in record.message
    call_command("check")
    assert TROUBLE in capsys.readouterr().err
    answer = client.get("/healthz/ready")
    assert answer.status_code == 200, "people can work meanwhile"
    assert answer.json()["mail_configured"] is False
    assert answer.json()["release"] == settings.RELEASE

"""X23, X26: what a stolen copy of the database, a log or a header gives away: nothing to use."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from customers.actions.invitation import resend_invitation
from customers.admins.links import path_for, token_for
from notifications.models import Email
from notifications.sending import sender
from reseller_console.accounts.actions.invite import invite
from reseller_console.accounts.links import token_for as colleague_token
from reseller_console.accounts.models import User
from reseller_console.lib.logs.cleaning import without_secrets
from reseller_console.lib.logs.pipeline import formatter
from reseller_console.lib.serving.web import Task
from tests import personas
from tests.attacks.test_requests_from_elsewhere import in_production
from tests.each import each
from tests.personas import day_of


def whole_database() -> str:
    """Return every row of every table as text."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT t::text FROM {table} t")
            rows += [row[0] for row in cursor.fetchall()]
    return "\n".join(rows)


@pytest.fixture
def provider(settings):
    """A mail provider that takes everything and keeps nothing."""
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}


def test_x26_no_secret_stands_in_any_table(
    db, customer, alice, ada, client, pinned_today, provider
):
    resend_invitation(customer, by=alice, day=day_of(customer, pinned_today))
    invite(
        ada.reseller, addresses=["new@north.example"], role="manager", by=ada, today=pinned_today
    )
    client.post("/accounts/login/", {"login": alice.email, "password": personas.PASSWORD})
    client.post("/accounts/login/", {"login": alice.email, "password": "a wrong guess 4711"})
    client.post("/accounts/password/reset/", {"email": alice.email})
    sender.send_waiting()
    dump = whole_database()
    new = User.objects.get(email="new@north.example")
    secrets = {
        "the customer's link": token_for(customer.vip_id, 2),
        "its first link": token_for(customer.vip_id, 1),
        "the colleague's link": colleague_token(new.pk, 1),
        "the password": personas.PASSWORD,
        "a wrong password": "a wrong guess 4711",
    }
    found = [what for what, secret in secrets.items() if secret in dump]
    assert not found
    assert "/password/reset/key/" not in dump
    assert Email.objects.filter(template="account_password_reset").exists()


def test_x26_passwords_are_hashed_slowly_in_production():
    done = in_production("from django.conf import settings as s; print(s.PASSWORD_HASHERS[0])")
    assert done.stdout.strip().endswith("ScryptPasswordHasher"), done.stderr


def test_x23_a_link_leaves_no_trace_in_headers_or_logs(client, customer, caplog):
    caplog.handler.setFormatter(formatter(format="json", release="r1"))
    caplog.set_level(logging.DEBUG)
    token = token_for(customer.vip_id, 1)
    customer.invitations.update(superseded_at=timezone.now())
    for path in (path_for(customer.vip_id, 1), f"/invitations/{token}x/"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]
        assert token not in answer.text
    assert "Not Found" in caplog.text
    assert token not in caplog.text


SPELLINGS = [
    "/invitations/{}/",
    "//invitations//{}//",
    "/invitations/./{}/",
    "/./invitations/{}/accept/",
    "/Invitations/{}/",
    "/%69nvitations/{}/",
    "/invitations%2F{}%2F",
    "/%2Finvitations/%2F{}",
    "/accounts/login/?next=/invitations/{}/",
    "/accounts/login/?next=%2Finvitations%2F{}%2F",
    "/accounts/login/?next=%2Faccounts%2Fjoin%2F{}",
    "/accounts/login/?next=%252Finvitations%252F{}&a=b",
    "/accounts/login/?a=b&next=%25252Fpassword%25252Freset%25252Fkey%25252F{}",
    "https://console.example//password//reset/key/1-{}/",
    "\\invitations\\{}",
    "/calendar/{}.ics",
    "webcal://console.example//calendar/{}.ics",
    "/%63alendar%2F{}.ics",
]


@each("spelling", SPELLINGS)
def test_f10_no_spelling_of_a_link_brings_its_secret_into_a_log(spelling):
    for line in ("{}", '"GET {} HTTP/1.1" 404', "Not Found: {}", "path='{}'"):
        said = without_secrets(line.format(spelling.format("s3cret")))
        assert "s3cret" not in said
        assert "…" in said


@each(
    "line",
    [
        "/customers/1A2B/authorizations/new/?step=2",
        "https://console.example/invitations/",
        "/customers/?show=past-due&mine=1",
        "Is it so?",
        "celery@worker-1 ready.",
        "Python 3.13 > 3.12; x@y",
        "a % of b / c",
        "50%",
        "",
    ],
)
def test_f10_other_lines_stay_as_they_are(line):
    assert without_secrets(line) == line


@each("place", SPELLINGS)
def test_x23_a_link_leaves_no_trace_in_the_list_of_requests(place, caplog, monkeypatch):
    monkeypatch.setenv("CONSOLE_ACCESS_LOG", "1")
    caplog.clear()
    caplog.handler.setFormatter(formatter(format="json", release="r1"))
    caplog.set_level(logging.INFO)
    asked = SimpleNamespace(command="GET", request_uri=place.format("s3cret"), version="1.1")
    task = Task(channel=None, request=asked)
    task.wrote_header = True
    task.finish()
    assert "GET" in caplog.text
    assert "…" in caplog.text
    assert "s3cret" not in caplog.text

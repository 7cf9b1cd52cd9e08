"""`bootstrap`: from an empty database to a console in which somebody can work."""

from __future__ import annotations

import io
import socket

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from notifications.models import Email
from reseller_console.accounts.actions.invite import invitation_of
from reseller_console.accounts.links import token_for
from reseller_console.accounts.models import User
from reseller_console.tenancy.models import Program, Reseller, VipTerms

PASSWORD = "correct horse battery staple"
OPTIONS = {
    "no_input": True,
    "ops_email": "ops@console.test",
    "reseller": "North",
    "time_zone": "Europe/Tallinn",
    "admin_email": "ada@north.test",
}


def bootstrap(**changes: object) -> str:
    out = io.StringIO()
    call_command("bootstrap", **(OPTIONS | changes), stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def terms(tmp_path) -> str:
    file = tmp_path / "terms.txt"
    file.write_text("These are the terms.\n\nAll of them.")
    return str(file)


@pytest.fixture
def password(tmp_path):
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    return file


def test_an_empty_console_becomes_one_to_work_in(db, terms, password, client, caplog):
    said = bootstrap(ops_password_file=password, terms=[terms, f"de={terms}"])
    assert said.count("made:") == 5
    assert PASSWORD not in said + caplog.text
    reseller = Reseller.objects.get()
    assert (reseller.name, reseller.time_zone) == ("North", "Europe/Tallinn")
    assert reseller.day().terms is not None
    assert VipTerms.objects.get().published_at is not None
    answer = client.post("/accounts/login/", {"login": "ops@console.test", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/admin/").status_code == 200
    ada = User.objects.get(email="ada@north.test")
    assert Email.objects.get().to_address == ada.email
    link = f"/accounts/join/{token_for(ada.pk, 1)}/"
    joining = Client()
    joining.post(link, {"name": "Ada Ahlberg", "password1": PASSWORD, "password2": PASSWORD})
    ada.refresh_from_db()
    assert ada.joined_at is not None
    assert joining.get("/customers/").status_code == 200


def test_a_second_time_changes_nothing_and_needs_less(db, terms):
    bootstrap(terms=[terms])
    before = [*User.objects.values(), *Reseller.objects.values(), *Email.objects.values()]
    said = bootstrap(ops_email="", admin_email="", time_zone="")
    assert "made:" not in said and said.count("there already") == 5
    assert "There was nothing left to do." in said
    assert before == [*User.objects.values(), *Reseller.objects.values(), *Email.objects.values()]
    assert bootstrap(reseller="South", admin_email="sam@south.test").count("made:") == 2


def test_ops_without_a_password_get_a_link(db):
    said = bootstrap()
    ops = User.objects.get(is_superuser=True)
    assert "left out: VIP terms" in said
    token = token_for(ops.pk, 1)
    assert token not in said
    assert invitation_of(token).user == ops
    assert not ops.has_usable_password()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ops_email": ""}, "--ops-email"),
        ({"reseller": ""}, "--reseller"),
        ({"time_zone": "Mars/Olympus"}, "time zone"),
        ({"admin_email": "nobody"}, "--admin-email"),
        ({"admin_email": "ops@console.test"}, "cannot be invited"),
        ({"terms": ["/nowhere"]}, "cannot be read"),
        ({"terms": ["xx=/nowhere"]}, "not a language"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(changes, words, db):
    with pytest.raises(CommandError, match=words):
        bootstrap(**changes)
    assert not User.objects.exists()
    assert not Program.objects.exists()


def test_a_weak_password_is_refused(db, password):
    password.write_text("short")
    with pytest.raises(CommandError, match="password"):
        bootstrap(ops_password_file=password)
    assert not User.objects.exists()


def test_at_a_terminal_it_asks(db, monkeypatch):
    answers = iter(["North", "Europe/Tallinn", "ops@console.test", "ada@north.test"])
    monkeypatch.setattr("builtins.input", lambda _question: next(answers))
    monkeypatch.setattr("getpass.getpass", lambda _question: PASSWORD)
    nothing = dict.fromkeys(("ops_email", "reseller", "time_zone", "admin_email"), "")
    said = bootstrap(no_input=False, **nothing)
    assert said.count("made:") == 4 and PASSWORD not in said
    assert User.objects.get(is_superuser=True).check_password(PASSWORD)


def test_a_test_email_tells_what_the_provider_answered(db, settings, closed_port):
    backend = "django.core.mail.backends.smtp.EmailBackend"
    options = {"host": "127.0.0.1", "port": closed_port, "timeout": 2}
    settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
    assert "refused" in str(failing(test_email="me@console.test")).lower()
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    assert "test email to me@console.test: sent" in bootstrap(test_email="me@console.test")
    settings.MAIL_TROUBLES = ["MAIL_FROM is not set."]
    assert "WARNING: MAIL_FROM is not set." in bootstrap()


def failing(**changes: object) -> Exception:
    with pytest.raises(CommandError) as caught:
        bootstrap(**changes)
    return caught.value


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]

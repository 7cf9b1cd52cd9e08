"""Emails about accounts: they go through the outbox and keep no secret."""

from __future__ import annotations

import pytest
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import connection
from django.test import Client

from notifications import rendering, secret_links
from notifications.models import Email
from reseller_console.accounts.signing_in.sign_in import ResetTokens


def ask_for_reset(email: str) -> Email:
    """Ask for a new password on the sign-in pages; return the email that went out."""
    Client().post("/accounts/password/reset/", {"email": email})
    return Email.objects.latest("pk")


def path_in(email: Email) -> str:
    return secret_links.address(email.context["link"]).removeprefix(settings.CONSOLE_ORIGIN)


def test_a_reset_email_goes_through_the_outbox(alice):
    email = ask_for_reset("ALICE@north.example")
    assert email.template == "account_password_reset"
    assert (email.to_name, email.reseller) == ("Alice Adams", alice.reseller)
    assert email.to_address.lower() == "alice@north.example"


def test_the_link_in_the_email_works(alice):
    client = Client()
    page = client.get(path_in(ask_for_reset(alice.email)), follow=True)
    assert page.status_code == 200
    new = "a quite different passphrase"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})

    alice.refresh_from_db()
    assert alice.check_password(new)


def test_the_link_is_the_same_each_time_it_is_shown(alice):
    email = ask_for_reset(alice.email)
    assert path_in(email) == path_in(email)


def test_no_column_holds_the_token(alice):
    email = ask_for_reset(alice.email)
    written = rendering.write(email)
    Email.objects.update(subject=written.subject, text=written.text, html=written.html)
    token = path_in(email).rstrip("/").split("-")[-1]

    with connection.cursor() as cursor:
        cursor.execute("SELECT email::text FROM notifications_email email")
        rows = str(cursor.fetchall())
    assert len(token) == 32
    assert token not in rows


@pytest.mark.parametrize(
    "change",
    [
        lambda user: user.set_password("another one entirely"),
        lambda user: setattr(user, "email", "alice.adams@north.example"),
    ],
)
def test_a_link_from_before_a_change_cannot_be_made_again(alice, change):
    email = ask_for_reset(alice.email)
    change(alice)
    alice.save()
    with pytest.raises(secret_links.SecretLinkGone):
        path_in(email)


def test_an_unknown_address_gets_an_email_too(db):
    email = ask_for_reset("nobody@nowhere.example")
    assert email.template == "account_unknown"
    assert email.to_address == "nobody@nowhere.example"
    assert "no account" in rendering.write(email).text


def test_two_emails_to_unknown_addresses_are_two_emails(db):
    ask_for_reset("nobody@nowhere.example")
    ask_for_reset("nobody.else@nowhere.example")
    assert Email.objects.count() == 2


def test_the_origin_is_the_configured_one_whatever_the_request_says(alice):
    Client().post(
        "/accounts/password/reset/",
        {"email": alice.email},
        headers={"host": "localhost", "x-forwarded-host": "evil.example"},
    )
    email = Email.objects.latest("pk")
    assert secret_links.address(email.context["link"]).startswith(settings.CONSOLE_ORIGIN + "/")


def test_an_occasion_without_an_email_is_a_mistake_of_ours(db):
    with pytest.raises(LookupError):
        get_adapter().send_mail("account/email/login_code", "alice@north.example", {})


def test_a_token_of_the_email_is_one_the_console_accepts(alice):
    email = ask_for_reset(alice.email)
    key = path_in(email).rstrip("/").split("/")[-1].split("-", 1)[1]
    alice.refresh_from_db()
    assert ResetTokens().check_token(alice, key)

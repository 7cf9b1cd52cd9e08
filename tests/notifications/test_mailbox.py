"""The mailbox, where ops read what went out."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from customers.admins.links import path_for
from notifications.models import Email
from notifications.sending import sender
from tests.counting import counted
from tests.each import each

SECRET_PATH = path_for("0123456789ABCDEF0123", 3)


@pytest.fixture
def mailbox(ops, login):
    """Ops in their browser."""
    return login(ops)


def addresses(email: Email) -> list[str]:
    return ["/mailbox/", f"/mailbox/{email.pk}/", f"/mailbox/{email.pk}/html/"]


def test_ops_read_every_email(mailbox, put_email):
    for address in addresses(put_email()):
        assert mailbox.get(address).status_code == 200


@pytest.mark.parametrize("person", ["alice", "ada", "bob", "charlie"])
def test_colleagues_of_resellers_do_not(person, request, login, put_email):
    browser = login(request.getfixturevalue(person))
    assert [browser.get(a).status_code for a in addresses(put_email())] == [403, 403, 403]


def test_anonymous_people_are_asked_to_sign_in(put_email):
    for address in addresses(put_email()):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")


def test_there_is_no_mailbox_where_emails_leave_the_house(mailbox, put_email, settings):
    email = put_email()
    settings.MAIL_PROVIDER = "postmark"
    assert [mailbox.get(a).status_code for a in addresses(email)] == [404, 404, 404]


def test_nothing_is_changed_by_looking(mailbox, put_email):
    for address in addresses(put_email()):
        assert mailbox.post(address).status_code == 405


@pytest.mark.parametrize("pk", ["999999", "9999999999999999999999"])
def test_an_email_that_is_not_there_is_not_found(mailbox, pk):
    assert mailbox.get(f"/mailbox/{pk}/").status_code == 404
    assert mailbox.get(f"/mailbox/{pk}/html/").status_code == 404


def test_no_browser_keeps_an_email(mailbox, put_email):
    for address in addresses(put_email()):
        assert "no-store" in mailbox.get(address)["Cache-Control"]


def test_the_links_in_an_email_are_real(mailbox, put_email):
    email = put_email("customer_invited")
    sender.send_waiting()

    page = mailbox.get(f"/mailbox/{email.pk}/").content.decode()
    frame = mailbox.get(f"/mailbox/{email.pk}/html/").content.decode()
    assert f'href="{settings.CONSOLE_ORIGIN}{SECRET_PATH}"' in page
    assert f'href="{settings.CONSOLE_ORIGIN}{SECRET_PATH}"' in frame


def test_an_email_is_locked_into_its_frame(mailbox, put_email):
    frame = mailbox.get(f"/mailbox/{put_email().pk}/html/")
    policy = frame["Content-Security-Policy"]

    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; ")
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "frame-ancestors 'self'" in policy
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert frame["Referrer-Policy"] == "no-referrer"


def test_only_the_email_itself_has_another_policy(mailbox, put_email):
    page = mailbox.get(f"/mailbox/{put_email().pk}/")
    assert "unsafe" not in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert "style=" not in page.content.decode()


def test_an_email_with_markup_in_it_stays_an_email(mailbox, put_email):
    evil = "<script>alert(1)</script>"
    email = put_email(to_name=evil, context={**put_email().context, "organization": evil})
    for address in addresses(email):
        assert evil not in mailbox.get(address).content.decode()


def test_an_email_that_cannot_be_written_says_why(mailbox, put_email):
    email = put_email(context={})
    assert "cannot be written" in mailbox.get(f"/mailbox/{email.pk}/").content.decode()
    assert mailbox.get(f"/mailbox/{email.pk}/html/").status_code == 404
    assert "pa_created" in mailbox.get("/mailbox/").content.decode()


def test_an_email_whose_link_is_dead_is_shown_without_it(mailbox, put_email):
    context = {"link": {"secret_link": {"purpose": "nobody"}}}
    page = mailbox.get(f"/mailbox/{put_email('account_password_reset', context=context).pk}/")
    assert "no longer works" in page.content.decode()
    assert "[link]" in page.content.decode()


def subjects(answer) -> list[int]:
    return [int(pk) for pk in re.findall(r'href="/mailbox/(\d+)/"', answer.content.decode())]


def test_the_newest_email_comes_first_and_pages_meet(mailbox, put_email, monkeypatch):
    monkeypatch.setattr("notifications.mailbox.pages.PAGE", 3)
    put = [put_email().pk for _ in range(8)][::-1]
    first = mailbox.get("/mailbox/")
    second = mailbox.get(f"/mailbox/?after={put[2]}")
    third = mailbox.get(f"/mailbox/?after={put[5]}")

    assert subjects(first) + subjects(second) + subjects(third) == put
    assert subjects(mailbox.get(f"/mailbox/?before={put[6]}")) == put[3:6]
    assert f"?after={put[2]}" in first.content.decode()
    assert "Newer" not in first.content.decode()
    assert f"?before={put[3]}" in second.content.decode()
    assert "Older" not in third.content.decode()


@each("place", ["", "x", "-1", "٣", "9" * 30, "999999"])
def test_a_place_that_is_none_is_the_first_page(mailbox, put_email, place):
    email = put_email()
    assert subjects(mailbox.get("/mailbox/", {"after": place})) == [email.pk]


@each(
    ("words", "found"),
    [
        ("VERA@", True),
        ("vaher", True),
        ("0123456789abcdef", True),
        ("products added", True),
        ("õpi &", True),
        ("pa-0123", True),
        ("%", False),
        ("\\", False),
        ("nobody", False),
        ("x" * 10_000, False),
        ("\x00", True),
    ],
)
def test_emails_are_found_by_recipient_subject_and_facts(mailbox, put_email, words, found):
    email = put_email(to_address="vera@customer.example")
    sender.send_waiting()
    assert subjects(mailbox.get("/mailbox/", {"q": words})) == ([email.pk] if found else [])


def test_a_fragment_is_the_list_alone(mailbox, put_email):
    put_email()
    answer = mailbox.get("/mailbox/", headers={"HX-Request": "true"}).content.decode()
    assert answer.lstrip().startswith("<section")
    assert "<html" not in answer


def test_the_list_costs_as_much_for_many_emails_as_for_few(mailbox, put_email):
    put_email()
    with counted(3):
        mailbox.get("/mailbox/")
    for _ in range(40):
        put_email()
    with counted(3):
        mailbox.get("/mailbox/")

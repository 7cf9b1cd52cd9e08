"""Forgotten passwords: one email for everybody who asks, and nothing that tells them apart."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Email
from notifications.secret_links import SecretLinkGone, address
from reseller_console.accounts.models import User
from tests.counting import counted
from tests.personas import PASSWORD

RESET = "/accounts/password/reset/"
NEW = "a quite different long secret"


@pytest.fixture
def pia(north):
    """Pia was invited and has not joined."""
    return User.objects.create_user(
        "pia@north.example", None, reseller=north, role="viewer", invited_at=timezone.now()
    )


@pytest.fixture
def dora(north):
    """Dora is deactivated."""
    return User.objects.create_user(
        "dora@north.example",
        PASSWORD,
        name="Dora",
        reseller=north,
        role="viewer",
        deactivated_at=timezone.now(),
    )


def link_in(template):
    return "/" + address(template.context["link"]).split("/", 3)[3]


def choose(client, path, password=NEW):
    page = client.get(path, follow=True)
    data = {"password1": password, "password2": password}
    return client.post(page.request["PATH_INFO"], data)


@pytest.mark.parametrize(
    ("email", "template"),
    [
        ("alice@north.example", "account_password_reset"),
        ("ALICE@north.example", "account_password_reset"),
        ("pia@north.example", "account_unknown"),
        ("dora@north.example", "account_unknown"),
        ("nobody@nowhere.example", "account_unknown"),
    ],
)
def test_everybody_who_asks_gets_one_email_and_the_same_page(alice, pia, dora, email, template):
    client = Client()
    answer = client.post(RESET, {"email": email})
    assert answer.headers["Location"] == f"{RESET}done/"
    assert email not in client.get(f"{RESET}done/").content.decode()
    assert Email.objects.get().template == template


def test_asking_costs_the_same_number_of_questions_known_or_not(alice):
    counts = []
    for email in ("warm@up.example", "alice@north.example", "nobody@nowhere.example"):
        with counted(status=302) as captured:
            Client().post(RESET, {"email": email})
        kinds = [re.match(r"\w+", query["sql"]).group() for query in captured]
        counts.append((kinds.count("INSERT"), len(kinds)))
    assert counts[1] == counts[2]


def test_the_same_address_is_mailed_three_times_in_ten_minutes(alice):
    statuses = [Client().post(RESET, {"email": alice.email}).status_code for _ in range(5)]
    assert statuses == [302] * 3 + [429] * 2
    assert 1 <= Email.objects.count() <= 3, "asking twice within a second makes one email"
    assert Client().post(RESET, {"email": "bob@north.example"}).status_code == 302


def test_a_new_password_ends_every_session_and_works_at_once(alice, login):
    old_session = login(alice)
    for n in range(6):
        Client().post("/accounts/login/", {"login": alice.email, "password": f"wrong {n}"})
    Client().post(RESET, {"email": alice.email})
    client = Client()
    assert choose(client, link_in(Email.objects.latest("pk"))).status_code == 302
    assert old_session.get("/team/").status_code == 302
    answer = client.post("/accounts/login/", {"login": alice.email, "password": NEW})
    assert answer.headers["Location"] == "/customers/", "the failed tries are forgotten"


def test_a_link_works_once(alice):
    Client().post(RESET, {"email": alice.email})
    path = link_in(Email.objects.get())
    assert choose(Client(), path).status_code == 302
    page = Client().get(path, follow=True)
    assert "no longer works" in page.content.decode()


def test_a_weak_new_password_is_refused_at_its_field(alice):
    Client().post(RESET, {"email": alice.email})
    answer = choose(Client(), link_in(Email.objects.get()), "alice-adams")
    assert "password1" in answer.context["form"].errors
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_deactivation_kills_a_link_that_is_out(alice):
    Client().post(RESET, {"email": alice.email})
    template = Email.objects.get()
    path = link_in(template)
    User.objects.filter(pk=alice.pk).update(deactivated_at=timezone.now())
    page = Client().get(path, follow=True)
    assert "no longer works" in page.content.decode()
    with pytest.raises(SecretLinkGone):
        link_in(template)

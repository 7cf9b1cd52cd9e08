"""Signing in and out: sessions, where one goes, and what the pages give away."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.utils import timezone

from reseller_console.accounts.models import User
from tests.each import each
from tests.personas import PASSWORD

LOGIN = "/accounts/login/"


@pytest.fixture
def sign_in(db):
    """Return a function that types address and password into the sign-in page."""

    def type_in(email, password=PASSWORD, *, client=None, path=LOGIN, **extra):
        client = client or Client()
        return client.post(path, {"login": email, "password": password}, **extra)

    return type_in


@pytest.mark.parametrize(
    "typed", ["alice@north.example", "ALICE@north.EXAMPLE", " alice@north.example "]
)
def test_the_address_is_compared_without_case(alice, sign_in, typed):
    assert sign_in(typed).headers["Location"] == "/customers/"


def test_an_address_stored_with_capitals_signs_in(north, sign_in):
    user = User.objects.create_user(
        "Ann.Capital@North.example", PASSWORD, name="Ann", reseller=north, role="viewer"
    )
    assert User.objects.get_by_natural_key("ann.capital@north.example") == user
    assert sign_in("ann.capital@north.example").status_code == 302


def test_ops_go_to_the_admin(ops, sign_in):
    assert sign_in("ops@console.example").headers["Location"] == "/admin/"


@pytest.mark.parametrize(("who", "lands"), [("alice", "/customers/"), ("ops", "/admin/")])
def test_the_front_page_leads_everybody_to_their_work(request, login, who, lands):
    answer = login(request.getfixturevalue(who)).get("/")
    assert answer.headers["Location"] == lands


@each(
    ("asked", "lands"),
    [
        ("/customers/?show=pending", "/customers/?show=pending"),
        ("https://evil.example/", "/customers/"),
        ("//evil.example/", "/customers/"),
        ("/\\evil.example", "/customers/"),
        ("javascript:alert(1)", "/customers/"),
        ("http://testserver/team/", "/customers/"),
        ("", "/customers/"),
    ],
)
def test_next_leads_only_to_paths_of_the_console(alice, sign_in, asked, lands):
    assert sign_in(alice.email, path=f"{LOGIN}?next={asked}").headers["Location"] == lands


def test_wrong_password_unknown_address_and_pending_colleague_look_the_same(north, alice, sign_in):
    User.objects.create_user(
        "pia@north.example", None, reseller=north, role="viewer", invited_at=timezone.now()
    )
    answers = [
        sign_in(email, "wrong horse")
        for email in (alice.email, "x@nobody.example", "pia@north.example")
    ]
    bodies = {
        a.content.decode().replace(e, "").split("csrfmiddlewaretoken")[0]
        for a, e in zip(
            answers, (alice.email, "x@nobody.example", "pia@north.example"), strict=True
        )
    }
    assert {a.status_code for a in answers} == {200}
    assert len(bodies) == 1
    assert all("password is wrong" in a.content.decode() for a in answers)


@pytest.mark.parametrize("email", ["alice@north.example", "x@nobody.example", "pia@north.example"])
def test_every_failed_try_costs_one_hash(north, alice, sign_in, monkeypatch, email):
    User.objects.create_user("pia@north.example", None, reseller=north, role="viewer")
    hashed = []
    encode = MD5PasswordHasher.encode

    def counting(self, password, salt):
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    sign_in(email, "wrong horse")
    assert len(hashed) == 1


def test_the_session_changes_at_sign_in(alice, sign_in):
    client = Client()
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    sign_in(alice.email, client=client)
    assert client.cookies["sessionid"].value != session.session_key


def in_the_house(client):
    return client.get("/accounts/password/change/").status_code == 200


def test_a_session_is_worth_nothing_after_signing_out(alice, sign_in):
    client = Client()
    sign_in(alice.email, client=client)
    stolen = client.cookies["sessionid"].value
    assert in_the_house(client)
    assert client.get("/accounts/logout/").status_code == 200
    assert in_the_house(client), "looking at the sign-out page signs nobody out"
    client.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = stolen
    assert not in_the_house(thief)


def test_changing_the_password_ends_every_session(alice, sign_in):
    here, there = Client(), Client()
    sign_in(alice.email, client=here)
    sign_in(alice.email, client=there)
    new = "a quite different long secret"
    answer = here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert answer.status_code == 302
    assert not in_the_house(here)
    assert not in_the_house(there)
    assert sign_in(alice.email, new).status_code == 302


@pytest.mark.parametrize(
    ("new", "field"),
    [("short", "password1"), ("password1234", "password1"), ("alice@north.example", "password1")],
)
def test_weak_passwords_are_refused(alice, login, new, field):
    answer = login(alice).post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert answer.context["form"].errors[field]


def test_a_deactivated_person_is_out_at_the_next_click(alice, sign_in):
    client = Client()
    sign_in(alice.email, client=client)
    assert in_the_house(client)
    User.objects.filter(pk=alice.pk).update(deactivated_at=timezone.now())
    assert client.get("/accounts/password/change/").headers["Location"].startswith(LOGIN)
    assert sign_in(alice.email).headers["Location"] == "/accounts/inactive/"


@pytest.mark.parametrize(("hours", "inside"), [(11.9, True), (12.1, False)])
def test_a_session_ends_after_twelve_hours_however_busy(alice, sign_in, hours, inside):
    client = Client()
    start = dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC)
    with time_machine.travel(start, tick=False) as clock:
        sign_in(alice.email, client=client)
        for hour in range(1, 12):
            clock.move_to(start + dt.timedelta(hours=hour))
            session = client.session
            session["touched"] = hour
            session.save()
        clock.move_to(start + dt.timedelta(hours=hours))
        assert in_the_house(client) is inside


@each(
    "path",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "login/code/",
        "3rdparty/",
        "reauthenticate/",
        "password/set/",
    ],
)
def test_pages_of_allauth_that_nobody_needs_do_not_exist(alice, login, path):
    assert login(alice).get(f"/accounts/{path}").status_code == 404


@pytest.mark.parametrize("path", ["login/", "password/reset/", "password/reset/done/", "inactive/"])
def test_pages_for_anonymous_people_load(db, path):
    answer = Client().get(f"/accounts/{path}")
    assert answer.status_code == 200
    assert "<main" in answer.content.decode()


def test_whoever_begins_at_the_front_door_is_led_to_the_own_first_page(client, vera):
    door = client.get("/")
    assert door["Location"] == "/accounts/login/"
    form = {"login": vera.email, "password": PASSWORD}
    assert client.post(door["Location"], form, follow=True).redirect_chain[-1][0] == (
        f"/member/{vera.memberships.get().customer.vip_id}/"
    )


ASKED_FOR = [
    ("vera", "/customers/", ""),
    ("vera", "/orders/?show=overdue", ""),
    ("vera", "/team/", ""),
    ("vera", "/admin/", ""),
    ("vera", "/member/account/", "/member/account/"),
    ("vera", "/accounts/password/change/", "/accounts/password/change/"),
    ("ops", "/accounts/password/change/", "/accounts/password/change/"),
    ("ops", "/customers/", "/admin/"),
    ("ops", "/member/", "/admin/"),
    ("ops", "/help/", "/admin/"),
    ("ops", "/mailbox/?q=a", "/mailbox/?q=a"),
    ("alice", "/member/", "/customers/"),
    ("alice", "/admin/", "/customers/"),
    ("alice", "/orders/?show=overdue", "/orders/?show=overdue"),
    ("alice", "https://evil.example/", "/customers/"),
]


@pytest.mark.parametrize(("name", "asked", "there"), ASKED_FOR)
def test_signing_in_leads_to_what_was_asked_for_or_to_the_own_first_page(
    name, asked, there, request, settings
):
    settings.MAIL_PROVIDER = "mailbox"
    person, client = request.getfixturevalue(name), Client()
    expected = there or f"/member/{person.memberships.get().customer.vip_id}/"
    form = {"login": person.email, "password": PASSWORD, "next": asked}
    first = client.post("/accounts/login/", form, follow=True)
    again = client.get("/accounts/login/", {"next": asked}, follow=True)
    for answer in (first, again):
        assert answer.status_code == 200
        assert answer.redirect_chain[-1][0] == expected

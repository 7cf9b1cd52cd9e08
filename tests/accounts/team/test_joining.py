"""Colleagues are invited, invited again, and join."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection

from customers.actions import team as verbs
from notifications.models import Email
from notifications.secret_links import address
from reseller_console.accounts.actions.invite import invite, resend
from reseller_console.accounts.models import ColleagueInvitation, User
from reseller_console.lib.refusals import ActionRefused
from tests.accounts.team.forms import send
from tests.each import each
from tests.personas import day_of

NEW_PASSWORD = "a quite different long secret"


def join_path(colleague):
    """Return the path in the newest invitation email."""
    email = Email.objects.filter(template="colleague_invited", to_address=colleague.email).first()
    return address(email.context["link"]).removeprefix("http://127.0.0.1:8000")


def test_inviting_makes_pending_accounts_and_mails_each_a_link(login, ada):
    client = login(ada)
    answer = send(
        client, "/team/new/", addresses="pia@north.example, Max@North.example", role="manager"
    )
    assert answer.headers["Location"] == "/team/"
    pia, most = (
        User.objects.get(email="pia@north.example"),
        User.objects.get(email="Max@North.example"),
    )
    assert (pia.role, pia.reseller_id, pia.joined_at) == ("manager", ada.reseller_id, None)
    assert not pia.has_usable_password()
    emails = Email.objects.filter(template="colleague_invited")
    assert {email.to_address for email in emails} == {pia.email, most.email}
    assert "Pending" in client.get("/team/").content.decode()


def test_the_email_holds_no_secret_and_the_database_only_its_hash(ada, north, pinned_today):
    pia = invite(north, addresses=["pia@north.example"], role="viewer", by=ada, today=pinned_today)[
        0
    ]
    token = join_path(pia).split("/")[-2]
    assert len(token) > 40
    with connection.cursor() as cursor:
        for table in ("notifications_email", "accounts_colleagueinvitation", "accounts_teamevent"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{token}%"])
            assert cursor.fetchone() == (0,)


def test_a_colleague_joins_by_the_link_and_only_once(client, ada, north, pinned_today):
    pia = invite(north, addresses=["pia@north.example"], role="viewer", by=ada, today=pinned_today)[
        0
    ]
    path = join_path(pia)
    assert client.get(path).status_code == 200
    data = {"name": "Pia Pärn", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post(path, data).headers["Location"] == "/customers/"
    pia.refresh_from_db()
    assert pia.name == "Pia Pärn"
    assert pia.check_password(NEW_PASSWORD)
    assert client.get("/team/").status_code == 200
    assert client.get(path).status_code == client.post(path, data).status_code == 404


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": "", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, "name"),
        ({"name": "<b>", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, "name"),
        ({"name": "Pia", "password1": "short", "password2": "short"}, "password1"),
        ({"name": "Pia", "password1": NEW_PASSWORD, "password2": "other"}, "password2"),
        (
            {"name": "Pia Parnassus", "password1": "pia-parnassus", "password2": "pia-parnassus"},
            "password1",
        ),
    ],
)
def test_joining_says_what_is_wrong(client, ada, north, pinned_today, data, field):
    pia = invite(north, addresses=["pia@north.example"], role="viewer", by=ada, today=pinned_today)[
        0
    ]
    answer = client.post(join_path(pia), data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


@pytest.mark.parametrize(("day", "works"), [("2026-03-09", True), ("2026-03-10", False)])
def test_a_link_works_for_seven_days(client, ada, north, pinned_today, set_today, day, works):
    pia = invite(north, addresses=["pia@north.example"], role="viewer", by=ada, today=pinned_today)[
        0
    ]
    set_today(day)
    assert (client.get(join_path(pia)).status_code == 200) is works


def test_dead_links_all_look_alike(client, ada, north, pinned_today):
    pia, paul = invite(
        north,
        addresses=["pia@north.example", "paul@north.example"],
        role="viewer",
        by=ada,
        today=pinned_today,
    )
    old, closed = join_path(pia), join_path(paul)
    ColleagueInvitation.objects.update(sent_at="2026-01-01T00:00Z")
    resend(pia, by=ada, today=pinned_today)
    verbs.deactivate(paul, by=ada, day=day_of(paul, pinned_today))
    answers = [client.get(path) for path in (old, closed, "/accounts/join/abc/", old[:-3] + "xx/")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert client.get(join_path(pia)).status_code == 200


def test_resending_waits_a_minute_and_stops_after_five_a_day(ada, north, pinned_today):
    pia = invite(north, addresses=["pia@north.example"], role="viewer", by=ada, today=pinned_today)[
        0
    ]
    with pytest.raises(ActionRefused, match="less than a minute"):
        resend(pia, by=ada, today=pinned_today)
    for _ in range(4):
        ColleagueInvitation.objects.update(sent_at="2026-01-01T00:00Z")
        resend(pia, by=ada, today=pinned_today)
    now = ColleagueInvitation.objects.first().sent_at
    ColleagueInvitation.objects.update(sent_at=now - dt.timedelta(hours=1))
    with pytest.raises(ActionRefused, match="tomorrow"):
        resend(pia, by=ada, today=pinned_today)


@each(
    ("typed", "says"),
    [
        ("", "at least one"),
        ("nonsense", "“nonsense” is not"),
        ("bob@north.example", "in your team already"),
        ("BOB@north.example", "in your team already"),
        ("sam@south.example", "Ask ops"),
        ("ops@console.example", "Ask ops"),
        (" ".join(f"u{n}@north.example" for n in range(21)), "At most 20"),
    ],
)
def test_bad_addresses_are_explained_and_nothing_is_lost(login, ada, bob, sam, ops, typed, says):
    answer = send(
        login(ada),
        "/team/new/",
        addresses=f"new@north.example {typed}" if typed else "",
        role="viewer",
    )
    assert answer.status_code == 422
    assert says in str(answer.context["form"].errors["addresses"])
    assert not User.objects.filter(email="new@north.example").exists()
    if typed:
        assert typed in answer.content.decode()


@pytest.mark.parametrize("role", ["primary", "ops", ""])
def test_nobody_is_invited_into_a_role_that_is_not_given(login, ada, role):
    answer = send(login(ada), "/team/new/", addresses="x@north.example", role=role)
    assert answer.status_code == 422
    assert not User.objects.filter(email="x@north.example").exists()


def test_a_double_click_invites_once(login, ada):
    client, key = login(ada), uuid.uuid4()
    data = {"key": key, "addresses": "pia@north.example", "role": "viewer"}
    answers = [client.post("/team/new/", data) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == ["/team/", "/team/"]
    assert Email.objects.filter(template="colleague_invited").count() == 1

"""The team: who may do what, what each verb does, and what stays true in a race."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from customers.actions import team as verbs
from customers.models import Customer
from notifications.models import Email
from notifications.secret_links import address
from reseller_console.accounts.actions import lock
from reseller_console.accounts.actions.invite import invite, resend
from reseller_console.accounts.actions.leave import reactivate
from reseller_console.accounts.actions.roles import hand_over
from reseller_console.accounts.activity import sentence
from reseller_console.accounts.models import ColleagueInvitation, TeamEvent, User
from reseller_console.accounts.roles import Role
from reseller_console.lib.refusals import ActionRefused
from tests import personas
from tests.counting import counted
from tests.each import each
from tests.personas import day_of

NEW_PASSWORD = "a quite different long secret"


@pytest.fixture
def adam(north):
    """Adam is a reseller admin at North, not the primary one."""
    return personas.make_user("adam@north.example", "Adam Ader", north, "admin")


def send(client, path, **data):
    return client.post(path, {"key": uuid.uuid4(), **data})


def join_path(colleague):
    """Return the path in the newest invitation email."""
    email = Email.objects.filter(template="colleague_invited", to_address=colleague.email).first()
    return address(email.context["link"]).removeprefix("http://127.0.0.1:8000")


# --- Who may do what

PATHS = [
    "/team/new/",
    "/team/primary/",
    "/team/{bob}/role/",
    "/team/{bob}/invitation/",
    "/team/{bob}/deactivation/",
    "/team/{bob}/reactivation/",
]


@pytest.fixture
def outsiders(alice, bob, charlie, ops, sam):
    """Everybody who may not change the team of North."""
    return {"alice": alice, "bob": bob, "charlie": charlie, "ops": ops, "sam": sam}


@each("method", ["get", "post"])
@each("path", PATHS)
@each(
    ("who", "expected"),
    [
        ("alice", 403),
        ("bob", 403),
        ("charlie", 403),
        ("ops", 404),
        ("sam", 404),
        (None, 302),
    ],
)
def test_only_admins_of_the_team_change_it(
    login, client, outsiders, bob, ada, path, method, who, expected
):
    browser = login(outsiders[who]) if who else client
    before = list(User.objects.order_by("pk").values_list("role", "deactivated_at"))
    answer = getattr(browser, method)(path.format(bob=bob.pk))
    if who == "sam" and "{bob}" not in path:
        expected = 200 if method == "get" else 422
    assert answer.status_code == expected
    assert list(User.objects.order_by("pk").values_list("role", "deactivated_at")) == before
    if expected == 302:
        assert answer.headers["Location"].startswith("/accounts/login/?next=/team/")


@each("path", PATHS)
def test_admins_see_every_page_whole_and_as_a_dialog(login, ada, bob, path):
    client = login(ada)
    whole = client.get(path.format(bob=bob.pk))
    part = client.get(path.format(bob=bob.pk), HTTP_HX_REQUEST="true")
    assert whole.status_code == part.status_code == 200
    assert "<main" in whole.content.decode()
    assert "<main" not in part.content.decode()
    assert '<form method="post"' in part.content.decode()


@pytest.mark.parametrize("who", ["alice", "bob", "ada"])
def test_everybody_sees_the_own_team_and_nobody_elses(request, login, sam, who, alice, bob, ada):
    page = login(request.getfixturevalue(who)).get("/team/").content.decode()
    assert "alice@north.example" in page
    assert "sam@south.example" not in page
    assert ("Invite colleagues" in page) is (who == "ada")
    assert ("What happened" in page) is (who == "ada")


def test_the_team_page_asks_the_same_few_questions_for_any_number(login, ada, north):
    client = login(ada)
    for n in range(30):
        user = personas.make_user(f"user{n}@north.example", f"User {n}", north, "viewer")
        TeamEvent.objects.create(reseller=north, colleague=user, by=ada, kind="colleague_joined")
    with counted() as queries:
        client.get("/team/")
    assert len(queries) <= 5


def test_the_team_page_says_how_many_customers_each_manages(login, ada, alice, make_customer):
    for _ in range(3):
        make_customer()
    page = login(ada).get("/team/").content.decode()
    row = page[page.index("alice@north.example") :].split("</tr>")[0]
    assert re.search(r'class="numbers"[^>]*>3<', row)


def test_older_events_are_a_page_away(login, ada, north, bob):
    for n in range(60):
        TeamEvent.objects.create(
            reseller=north, colleague=bob, kind="colleague_invited", details={"email": f"<{n}>"}
        )
    first = login(ada).get("/team/").content.decode()
    older = re.search(r"\?before=(\d+)", first).group(1)
    second = login(ada).get(f"/team/?before={older}").content.decode()
    assert "&lt;59&gt;" in first
    assert "&lt;5&gt;" not in first
    assert "&lt;5&gt;" in second
    assert login(ada).get("/team/?before=nonsense").status_code == 200


# --- Invite, resend, join


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


# --- Roles, deactivation, hand-over


def test_a_role_is_changed_and_written_down(login, ada, bob):
    answer = send(login(ada), f"/team/{bob.pk}/role/", role="manager")
    assert answer.status_code == 302
    bob.refresh_from_db()
    assert bob.role == "manager"
    event = TeamEvent.objects.get()
    assert sentence(event) == "changed the role of bob@north.example from Viewer to Account manager"


@pytest.mark.parametrize(
    ("who", "about", "code"),
    [("adam", "adam", "oneself"), ("adam", "ada", "primary"), ("ada", "ada", "oneself")],
)
def test_nobody_changes_the_own_role_or_the_primary_admins(
    request, ada, adam, who, about, code, pinned_today
):
    by, colleague = map(request.getfixturevalue, (who, about))
    for act in (
        lambda: verbs.change_role(
            colleague, role="viewer", by=by, day=day_of(colleague, pinned_today)
        ),
        lambda: verbs.deactivate(colleague, by=by, day=day_of(colleague, pinned_today)),
    ):
        with pytest.raises(ActionRefused) as refusal:
            act()
        assert refusal.value.code == code


@pytest.mark.parametrize("path", ["deactivation", "role"])
def test_whoever_manages_customers_needs_a_successor(login, ada, adam, alice, make_customer, path):
    customers = [make_customer() for _ in range(3)]
    client = login(ada)
    page = client.get(f"/team/{alice.pk}/{path}/")
    assert page.context["form"].initial["successor"] == ada, "the primary admin is offered"
    data = {"role": "viewer"}
    answer = send(client, f"/team/{alice.pk}/{path}/", **data)
    assert answer.status_code == 422
    assert "successor" in answer.context["form"].errors
    alice.refresh_from_db()
    assert (alice.is_active, alice.role) == (True, "manager")
    answer = send(client, f"/team/{alice.pk}/{path}/", successor=adam.pk, **data)
    assert answer.status_code == 302
    assert set(Customer.objects.values_list("managed_by", flat=True)) == {adam.pk}
    kinds = set(customers[0].events.values_list("kind", flat=True))
    assert kinds == {"manager_changed"}
    texts = [sentence(event) for event in TeamEvent.objects.all()]
    assert "gave the customers of alice@north.example to Adam Ader; there were 3" in texts


@pytest.mark.parametrize("who", ["bob", "charlie", "alice"])
def test_a_successor_can_manage_and_is_somebody_else_of_the_team(
    request, login, ada, alice, make_customer, who
):
    make_customer()
    successor = request.getfixturevalue(who)
    answer = send(login(ada), f"/team/{alice.pk}/deactivation/", successor=successor.pk)
    assert answer.status_code == 422
    assert User.objects.get(pk=alice.pk).is_active


def test_a_deactivated_colleague_is_out_and_comes_back_as_before(login, ada, bob, pinned_today):
    browser = login(bob)
    assert browser.get("/team/").status_code == 200
    verbs.deactivate(bob, by=ada, day=day_of(bob, pinned_today))
    assert browser.get("/team/").status_code == 302
    assert send(login(ada), f"/team/{bob.pk}/reactivation/").status_code == 302
    assert login(bob).get("/team/").status_code == 200
    with pytest.raises(ActionRefused, match="not deactivated"):
        reactivate(bob, by=ada)


def test_handing_over_leaves_exactly_one_primary_admin(login, ada, alice):
    answer = send(login(ada), "/team/primary/", colleague=alice.pk)
    assert answer.status_code == 302
    ada.refresh_from_db()
    alice.refresh_from_db()
    assert (ada.role, alice.role) == ("admin", "primary")
    assert login(ada).get("/team/primary/").status_code == 403


def test_handing_over_twice_with_one_form_leads_to_the_same_place(login, ada, alice):
    client, form = login(ada), {"key": uuid.uuid4(), "colleague": alice.pk}
    answers = [client.post("/team/primary/", form) for _ in range(2)]
    assert [(a.status_code, a["Location"]) for a in answers] == [(302, "/team/")] * 2
    assert client.post("/team/primary/", form | {"key": uuid.uuid4()}).status_code == 403


@pytest.mark.parametrize("state", ["pending", "deactivated", "elsewhere"])
def test_only_an_active_colleague_becomes_primary_admin(
    login, ada, bob, sam, north, pinned_today, state
):
    if state == "pending":
        to = invite(north, addresses=["p@north.example"], role="admin", by=ada, today=pinned_today)[
            0
        ]
    elif state == "deactivated":
        to = verbs.deactivate(bob, by=ada, day=day_of(bob, pinned_today))
    else:
        to = sam
    assert send(login(ada), "/team/primary/", colleague=to.pk).status_code == 422
    with pytest.raises(ActionRefused):
        hand_over(to, by=ada)
    assert User.objects.get(reseller=north, role="primary") == ada


# --- Races


@pytest.fixture
def race(transactional_db):
    """Return a function that runs verbs side by side; gives each outcome or refusal's code."""

    def run(*acts):
        def one(act):
            try:
                act()
                return "done"
            except ActionRefused as refusal:
                return refusal.code
            finally:
                connection.close()

        with ThreadPoolExecutor(len(acts)) as pool:
            return sorted(pool.map(one, acts))

    return run


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_demote_each_other_leave_one(race, pinned_today):
    north = personas.make_reseller("North", program=personas.make_program())
    first, second = (
        personas.make_user(f"{n}@north.example", n, north, "admin") for n in ("one", "two")
    )
    for _ in range(5):
        User.objects.filter(pk__in=[first.pk, second.pk]).update(role="admin")
        outcome = race(
            lambda: verbs.change_role(
                first, role="manager", by=second, day=day_of(first, pinned_today)
            ),
            lambda: verbs.change_role(
                second, role="manager", by=first, day=day_of(second, pinned_today)
            ),
        )
        assert outcome == ["done", "not_admin"]
        assert User.objects.filter(role=Role.ADMIN).count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_they_would_leave_none(race, pinned_today, monkeypatch):
    north = personas.make_reseller("North", program=personas.make_program())
    first, second = (
        personas.make_user(f"{n}@north.example", n, north, "admin") for n in ("one", "two")
    )
    together = Barrier(2, timeout=10)

    def unlocked(reseller, *, by):
        actor = User.objects.get(pk=by.pk)
        together.wait()
        return actor

    monkeypatch.setattr(lock, "lock_team", unlocked)
    outcome = race(
        lambda: verbs.change_role(
            first, role="manager", by=second, day=day_of(first, pinned_today)
        ),
        lambda: verbs.change_role(
            second, role="manager", by=first, day=day_of(second, pinned_today)
        ),
    )
    assert outcome == ["done", "done"]
    assert not User.objects.filter(role=Role.ADMIN).exists()


@pytest.mark.django_db(transaction=True)
def test_handing_over_twice_at_once_leaves_one_primary_admin(race):
    north = personas.make_reseller("North", program=personas.make_program())
    primary = personas.make_user("ada@north.example", "Ada", north, "primary")
    others = [personas.make_user(f"u{n}@north.example", f"U{n}", north, "viewer") for n in range(4)]
    outcome = race(*(lambda to=to: hand_over(to, by=primary) for to in others))
    assert outcome.count("done") == 1
    assert User.objects.filter(reseller=north, role="primary").count() == 1
    assert TeamEvent.objects.filter(kind="primary_handed_over").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_primary_admin_deactivated_while_taking_over_is_impossible(race, pinned_today):
    north = personas.make_reseller("North", program=personas.make_program())
    ada = personas.make_user("ada@north.example", "Ada", north, "primary")
    adam = personas.make_user("adam@north.example", "Adam", north, "admin")
    bob = personas.make_user("bob@north.example", "Bob", north, "viewer")
    race(
        lambda: hand_over(bob, by=ada),
        lambda: verbs.deactivate(bob, by=adam, day=day_of(bob, pinned_today)),
    )
    assert User.objects.get(reseller=north, role="primary").is_active

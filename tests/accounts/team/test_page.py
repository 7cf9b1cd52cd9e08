"""The team page: who may do what, and what it shows."""

from __future__ import annotations

import re

import pytest

from reseller_console.accounts.models import TeamEvent, User
from tests import personas
from tests.counting import counted
from tests.each import each

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
    older = re.search(r'href="(\?events=[\w-]+)#events"', first).group(1)
    second = login(ada).get(f"/team/{older}").content.decode()
    assert "&lt;59&gt;" in first
    assert "&lt;5&gt;" not in first
    assert "&lt;5&gt;" in second
    assert "?events=" not in second
    for nonsense in ("nonsense", "17", "%00", "W10"):
        shown = login(ada).get(f"/team/?events={nonsense}").content.decode()
        assert "&lt;59&gt;" in shown and "&lt;5&gt;" not in shown

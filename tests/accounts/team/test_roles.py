"""Roles, deactivation and the hand-over."""

from __future__ import annotations

import uuid

import pytest

from customers.actions import team as verbs
from customers.models import Customer
from reseller_console.accounts.actions.invite import invite
from reseller_console.accounts.actions.leave import reactivate
from reseller_console.accounts.actions.roles import hand_over
from reseller_console.accounts.activity import sentence
from reseller_console.accounts.models import TeamEvent, User
from reseller_console.lib.refusals import ActionRefused
from tests.accounts.team.forms import send
from tests.personas import day_of


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

"""What the verbs about colleagues refuse, whoever calls them: pages, commands, the admin."""

from __future__ import annotations

import pytest
from django.utils import timezone

from customers.actions import team as verbs
from reseller_console.accounts.actions.invite import (
    invite,
    invite_first_ops,
    join,
    make_first_ops,
)
from reseller_console.accounts.actions.roles import hand_over
from reseller_console.accounts.models import ColleagueInvitation, User
from reseller_console.lib.refusals import ActionRefused
from tests import personas
from tests.personas import PASSWORD, day_of


def refused(act) -> str:
    """Return the code with which something is refused."""
    with pytest.raises(ActionRefused) as refusal:
        act()
    return refusal.value.code


@pytest.mark.parametrize("role", ["primary", "ops", "", "Manager", "member"])
def test_a_role_that_is_not_given_is_given_by_no_change(ada, bob, pinned_today, role):
    day = day_of(bob, pinned_today)
    assert refused(lambda: verbs.change_role(bob, role=role, by=ada, day=day)) == "role"
    bob.refresh_from_db()
    assert bob.role == "viewer"


def test_ops_appoint_the_first_primary_admin_and_no_second(ops, program, pinned_today):
    west = personas.make_reseller("West", program=program)
    facts = {"role": "primary", "by": ops, "today": pinned_today}
    [first] = invite(west, addresses=["first@west.example"], **facts)
    assert first.role == "primary"
    assert refused(lambda: invite(west, addresses=["second@west.example"], **facts)) == "role"


def test_ops_hand_over_a_team_that_has_no_primary_admin(ops, program):
    west = personas.make_reseller("West", program=program)
    admin = personas.make_user("admin@west.example", "Wanda West", west, "admin")
    hand_over(admin, by=ops)
    admin.refresh_from_db()
    assert admin.role == "primary"


def test_whoever_was_deactivated_with_the_link_in_hand_does_not_join(ada, north, pinned_today):
    [pia] = invite(
        north, addresses=["pia@north.example"], role="viewer", by=ada, today=pinned_today
    )
    invitation = ColleagueInvitation.objects.get(user=pia)
    User.objects.filter(pk=pia.pk).update(deactivated_at=timezone.now())
    assert refused(lambda: join(invitation, name="Pia", password=PASSWORD)) == "gone"
    pia.refresh_from_db()
    assert pia.joined_at is None and not pia.has_usable_password()


def test_where_there_are_ops_nobody_becomes_the_first(ops):
    for act in (
        lambda: invite_first_ops("otto@console.example", name="Otto"),
        lambda: make_first_ops("otto@console.example", name="Otto", password=PASSWORD),
    ):
        assert refused(act) == "done"
    assert not User.objects.filter(email="otto@console.example").exists()

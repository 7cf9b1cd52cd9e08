"""X27: no session outlives the closing of an account, or a change of its rights, for good."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from django.utils import timezone

from customers.actions.member_accounts import close_account, reopen_account
from reseller_console.accounts.actions.leave import deactivate, reactivate
from reseller_console.accounts.actions.roles import change_role, hand_over
from reseller_console.accounts.models import Role, User
from tests import personas

MEMBERS_PAGE = "/member/account/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def is_in(client: Client, path: str = "/customers/") -> bool:
    return client.get(path).status_code == 200


def test_reactivating_does_not_revive_a_session(ada, bob):
    client = signed_in(bob)
    assert is_in(client)
    deactivate(bob, by=ada)
    reactivate(bob, by=ada)
    assert not is_in(client)
    assert is_in(signed_in(User.objects.get(pk=bob.pk)))


def test_a_role_given_back_does_not_revive_a_session(ada, alice):
    client = signed_in(alice)
    change_role(alice, role=Role.VIEWER, by=ada)
    change_role(alice, role=Role.MANAGER, by=ada)
    assert not is_in(client)


def test_who_hands_the_team_over_stays_signed_in_as_an_admin(ada, alice):
    giver, taker = signed_in(ada), signed_in(alice)
    hand_over(alice, by=ada)
    assert is_in(giver, "/team/")
    assert not is_in(taker)
    assert User.objects.get(pk=ada.pk).role == Role.ADMIN


CHANGES = {
    "another reseller": ("reseller_id = %(south)s", "reseller_id = %(north)s"),
    "ops": (
        "reseller_id = NULL, role = '', is_staff = true",
        "reseller_id = %(north)s, role = 'viewer', is_staff = false",
    ),
    "superuser": ("is_superuser = true", "is_superuser = false"),
    "another address": ("email = 'x@north.example'", "email = 'bob@north.example'"),
    "closed": ("deactivated_at = now()", "deactivated_at = NULL"),
    "another role": ("role = 'admin'", "role = 'viewer'"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_changes_the_account_and_back_a_session_has_ended(change, bob, north, south):
    client = signed_in(bob)
    for assignment in CHANGES[change]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE accounts_user SET {assignment} WHERE id = %(bob)s",
                {"bob": bob.pk, "north": north.pk, "south": south.pk},
            )
    assert not is_in(client)


@pytest.mark.parametrize(
    "values",
    [
        {"name": "Robert Brown"},
        {"language": "de"},
        {"last_login": timezone.now()},
        {"email": "BOB@North.example"},
    ],
)
def test_other_changes_leave_people_signed_in(values, bob):
    client = signed_in(bob)
    User.objects.filter(pk=bob.pk).update(**values)
    assert is_in(client)


def test_a_row_written_from_an_old_look_revives_nothing(ada, bob):
    client, old = signed_in(bob), User.objects.get(pk=bob.pk)
    deactivate(bob, by=ada)
    old.save()
    assert User.objects.get(pk=bob.pk).is_active
    assert not is_in(client)


def test_a_new_password_ends_sessions_as_ever(bob):
    client = signed_in(bob)
    User.objects.filter(pk=bob.pk).update(password=make_password("another one 4711"))
    assert not is_in(client)


def test_a_members_session_does_not_outlive_a_closed_account(customer, ops):
    vera = personas.make_member(customer, "vera@linden.example", "Vera Vogel")
    client = signed_in(vera)
    assert is_in(client, MEMBERS_PAGE)
    close_account(vera, by=ops)
    reopen_account(vera, by=ops)
    assert not is_in(client, MEMBERS_PAGE)

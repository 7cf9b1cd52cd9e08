"""What stays true of a team when two act at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from customers.actions import team as verbs
from reseller_console.accounts.actions import lock
from reseller_console.accounts.actions.roles import hand_over
from reseller_console.accounts.models import Role, TeamEvent, User
from reseller_console.lib.refusals import ActionRefused
from tests import personas
from tests.personas import day_of


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

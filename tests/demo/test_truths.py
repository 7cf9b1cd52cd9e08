"""The demonstration tells no lies: of all its rows nothing happened that could not have."""

from __future__ import annotations

import pytest

from authorizations.models import Assignment
from notifications.models import Email
from reseller_console.accounts.models import User
from tests.demo.truths import TRUTHS

# One process loads the demonstration, for all of these tests.
pytestmark = [pytest.mark.usefixtures("demo"), pytest.mark.xdist_group("demo")]


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth.__name__)
def test_nothing_is_told_that_could_not_have_been(truth):
    assert [str(row) for row in truth()][:10] == [], truth.__doc__


def test_the_truths_are_about_something():
    """The twin: without rows, silence would mean nothing."""
    assert Assignment.objects.values("assigned_by").distinct().count() > 100
    assert Email.objects.exclude(opened_at=None).count() > 100
    assert User.objects.exclude(last_login=None).count() > 100


def test_licenses_are_given_by_more_than_the_first_admin():
    vera, viktor = (User.objects.get(email=f"{name}@linden.example") for name in ("vera", "viktor"))
    given = Assignment.objects.filter(assigned_by__in=[vera, viktor]).values("assigned_by")
    assert given.distinct().count() == 2

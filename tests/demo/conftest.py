"""The demonstration, loaded once for all tests that look at it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection, transaction

from reseller_console.accounts.models import User
from reseller_console.demo import loading
from tests.conftest import TODAY
from tests.demo import derivation

ADMINS = {"North": "ada@north.example", "South": "sam@south.example"}


class _Undo(Exception):
    """Takes everything back."""


@pytest.fixture(scope="package")
def demo(django_db_setup, django_db_blocker):
    """Both resellers, loaded on the tests' today; taken back after this package."""
    lines: list[str] = []
    with django_db_blocker.unblock():
        before, settings.CONSOLE_TODAY = settings.CONSOLE_TODAY, TODAY
        try:
            with transaction.atomic():
                loading.load(lines.append)
                yield lines
                raise _Undo
        except _Undo:
            pass
        finally:
            settings.CONSOLE_TODAY = before
            connection.close()


@pytest.fixture
def undone(demo):
    """Take back what a test changes; the demonstration itself stays for the next one."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module", params=ADMINS)
def admin(request, demo) -> User:
    """Return the primary admin of each reseller in turn, who sees all of it."""
    return User.objects.select_related("reseller").get(email=ADMINS[request.param])


@pytest.fixture(scope="module")
def told(admin):
    """Return the facts of every customer of the reseller, by VIP ID."""
    managers = {user.pk: user for user in User.objects.of(admin)}
    found = derivation.all_facts(admin.reseller_id)
    for one in found:
        one.customer.managed_by = managers[one.customer.managed_by_id]
    return {one.customer.vip_id: one for one in found}

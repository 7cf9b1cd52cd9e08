"""The demonstration, loaded once for all tests that look at it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection, transaction

from reseller_console.demo import loading
from tests.conftest import TODAY


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

"""How what is old is removed: in batches, in the time there is, by one process at a time."""

from __future__ import annotations

import datetime as dt
import uuid

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.utils import timezone

from reseller_console.configuration import retention as configuration
from reseller_console.lib import locks, retention
from reseller_console.tenancy.models import Submission
from tests.each import each

pytestmark = pytest.mark.django_db


def forms(count: int) -> None:
    for _ in range(count):
        Submission.objects.create(key=uuid.uuid4(), leads_to="/")
    Submission.objects.update(submitted_at=timezone.now() - dt.timedelta(days=100))


def test_small_batches_remove_everything():
    forms(5)
    assert retention.forget(batch=2) == {"forms": 5}


def test_when_time_is_up_the_rest_waits_for_the_next_run():
    forms(3)
    assert retention.forget(seconds=0) == {}
    assert Submission.objects.count() == 3


def test_while_another_process_is_at_it_nothing_is_done():
    forms(1)
    with locks.held("retention", seconds=5):
        assert retention.forget() == {}
    assert retention.forget() == {"forms": 1}


def test_one_kind_that_fails_keeps_no_other_waiting(monkeypatch):
    def fail(_before: dt.datetime, _most: int) -> int:
        raise DatabaseError("no")

    forms(1)
    monkeypatch.setitem(retention._KINDS, "emails", fail)
    assert retention.forget() == {"forms": 1}


@pytest.mark.django_db(transaction=True)
def test_a_row_that_somebody_holds_is_left_for_the_next_time():
    forms(2)
    held = Submission.objects.first()
    with psycopg.connect(**connection.get_connection_params() | {"autocommit": False}) as other:
        other.execute("SELECT FROM tenancy_submission WHERE key = %s FOR UPDATE", [held.pk])
        assert retention.forget() == {"forms": 1}
    assert retention.forget() == {"forms": 1}


@each(
    ("variable", "days"),
    [("KEEP_PROVIDER_REPORTS_DAYS", 7), ("KEEP_NOTICES_DAYS", 1), ("KEEP_EMAIL_WORDS_DAYS", 9_999)],
)
def test_a_life_that_does_harm_is_refused(monkeypatch, variable, days):
    monkeypatch.setitem(configuration.env.ENVIRON, variable, str(days))
    with pytest.raises(ImproperlyConfigured, match="KEEP_"):
        configuration.retention()

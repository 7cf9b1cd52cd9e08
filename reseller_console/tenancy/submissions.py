"""One effect for one form, however often the browser sends it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from django.db import connection, transaction
from django.utils import timezone

from reseller_console.tenancy.models import Submission


def once(key: uuid.UUID, act: Callable[[], str]) -> str:
    """Run `act` unless a form with this key has been carried out; return where it leads.

    `act` returns the path of what it made. Everything happens in one transaction: a second
    submission of the same key waits for the first and gets the first one's path; when `act`
    raises, the key stays free for another try.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Django's ORM leaves conflicts aside as well, but does not tell who came first.
            cursor.execute(
                "INSERT INTO tenancy_submission (key, leads_to, submitted_at)"
                " VALUES (%s, '', now()) ON CONFLICT DO NOTHING",
                [key],
            )
            first = cursor.rowcount == 1
        if not first:
            return Submission.objects.get(pk=key).leads_to
        leads_to = act()
        Submission.objects.filter(pk=key).update(leads_to=leads_to)
        return leads_to


def led_to(key: str | None) -> str:
    """Return where a form with this key has led already; blank when it has not."""
    try:
        known = uuid.UUID(str(key))
    except ValueError:
        return ""
    return Submission.objects.filter(pk=known).values_list("leads_to", flat=True).first() or ""


def forget(*, older_than: dt.timedelta) -> int:
    """Forget forms sent longer ago than `older_than`; return how many. Sessions end sooner."""
    return Submission.objects.filter(submitted_at__lt=timezone.now() - older_than).delete()[0]

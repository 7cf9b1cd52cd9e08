"""How the outbox is doing, in one number for monitoring."""

from __future__ import annotations

from django.db.models import Min
from django.utils import timezone

from notifications.models import Email


def oldest_waiting_seconds() -> int:
    """Return for how long the oldest email that is due has not been sent; 0 when none is."""
    now = timezone.now()
    due = Email.objects.undecided().filter(not_before_at__lte=now)
    oldest = due.aggregate(oldest=Min("not_before_at"))["oldest"]
    return int((now - oldest).total_seconds()) if oldest else 0

"""What workers are woken for."""

from __future__ import annotations

from celery import shared_task

from notifications import doorbell
from notifications.sending import sender


# A round lasts seconds; one that hangs is ended, and its emails are free again with their leases.
@shared_task(soft_time_limit=60, time_limit=90)
def send_emails() -> None:
    """Send what waits in the outbox; ring again when there is more than one round's worth."""
    if sender.send_waiting():
        doorbell.ring()

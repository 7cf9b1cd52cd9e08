"""What workers are woken for."""

from __future__ import annotations

from celery import shared_task

from notifications import doorbell
from notifications.sending import sender


@shared_task
def send_emails() -> None:
    """Send what waits in the outbox; ring again when there is more than one round's worth."""
    if sender.send_waiting():
        doorbell.ring()

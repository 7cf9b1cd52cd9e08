"""What load balancers and monitoring ask."""

from __future__ import annotations

import time

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications.doorbell import broker_answers
from notifications.waiting import oldest_waiting_seconds

# However often a person asks, the broker is asked only once in a number of seconds.
BROKER_SECONDS = 5


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Answer that this process serves requests."""
    headers = {"X-Release": settings.RELEASE}
    return HttpResponse("ok", content_type="text/plain", headers=headers)


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Answer how the console is: 200 while people can work in it, 503 without its database.

    Without the broker it is "degraded": nothing is lost, mail and nights wait for the clock.
    """
    broker = _broker.answers()
    try:
        waiting = oldest_waiting_seconds()
    except OperationalError:
        return JsonResponse({"status": "down", "database": False, "broker": broker}, status=503)
    return JsonResponse(
        {
            "status": "ok" if broker else "degraded",
            "database": True,
            "broker": broker,
            "oldest_waiting_email_seconds": waiting,
            "mail_configured": not settings.MAIL_TROUBLES,
            "release": settings.RELEASE,
        }
    )


class _Broker:
    """The broker's last answer, kept for a moment."""

    def __init__(self) -> None:
        self.asked_at = float("-inf")
        self.answered = False

    def answers(self) -> bool:
        """Return whether it answers; the caller waits about a second for one that is silent."""
        if time.monotonic() - self.asked_at > BROKER_SECONDS:
            self.answered = broker_answers()
            self.asked_at = time.monotonic()
        return self.answered


_broker = _Broker()

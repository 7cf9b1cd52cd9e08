"""What every template may use."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def console(request: HttpRequest) -> dict[str, object]:
    """Return the pinned date (None in normal life) and whether the mailbox page is there."""
    return {
        "pinned_today": settings.CONSOLE_TODAY,
        "has_mailbox": settings.MAIL_PROVIDER == "mailbox",
    }

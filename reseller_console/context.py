"""What every template may use."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from reseller_console.accounts.languages import choices_for


def console(request: HttpRequest) -> dict[str, object]:
    """Return what stands around every page.

    That is the pinned date (None in normal life), whether the mailbox page is there, and
    the languages the reader may choose from.
    """
    return {
        "pinned_today": settings.CONSOLE_TODAY,
        "has_mailbox": settings.MAIL_PROVIDER == "mailbox",
        "language_choices": choices_for(request),
    }

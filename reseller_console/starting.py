"""What a process that serves people or sends emails refuses to start with."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.checks import CheckMessage, Error

from reseller_console.launcher import interpreter

logger = logging.getLogger(__name__)


def refuse_unsafe_python() -> None:
    """Raise SystemExit in production on a Python whose emails are unsafe; elsewhere say it.

    Our own emails hold nothing that such a Python decodes (`notifications.sending.headers`);
    this is the second lock on the same door.
    """
    complaint = interpreter.complaint()
    if complaint and settings.DEMANDS_SAFE_PYTHON:
        raise SystemExit(f"console: {complaint}")
    if complaint:
        logger.warning("%s Production would not start.", complaint)


def check_python(**_options: object) -> list[CheckMessage]:
    """Return what `check --deploy` says of an unsafe Python."""
    complaint = interpreter.complaint()
    return [Error(complaint, id="console.E001")] if complaint else []

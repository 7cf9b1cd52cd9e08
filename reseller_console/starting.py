"""What a process that serves people or sends emails refuses to start with."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Warning

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
        logger.warning("%s Production does not start unless somebody accepts that.", complaint)


def tell_of_mail() -> None:
    """Log why no email reaches anybody; people wait for invitations that never come."""
    for trouble in settings.MAIL_TROUBLES:
        logger.error("emails reach nobody: %s", trouble)


def check_mail(**_options: object) -> list[CheckMessage]:
    """Return the same as warnings of `check`, which every command runs first."""
    return [Warning(trouble, id="console.W001") for trouble in settings.MAIL_TROUBLES]


def check_python(**_options: object) -> list[CheckMessage]:
    """Return what `check --deploy` says of an unsafe Python."""
    complaint = interpreter.complaint()
    if not complaint:
        return []
    weight = Error if settings.DEMANDS_SAFE_PYTHON else Info
    return [weight(complaint, id="console.E001")]

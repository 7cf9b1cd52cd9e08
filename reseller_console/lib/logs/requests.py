"""What Django says of requests that no browser of ours sends: one short warning each."""

from __future__ import annotations

import copy
import logging
from collections.abc import MutableMapping
from typing import Any

from reseller_console.lib.logs.cleaning import CUT

_SERVER_ERRORS = 500
_LONGEST = 200


class RefusedRequests(logging.Filter):
    """Turns what Django says of a refused request (4xx) into a short warning without frames.

    Django logs suspicious ones as errors with a traceback, which anybody can make it write by the
    thousand. What fails on our side (5xx) keeps both.
    """

    def filter(self, record: logging.LogRecord) -> bool | logging.LogRecord:
        """Return the line as it is, its short form, or False where warnings are not wanted."""
        status = getattr(record, "status_code", _SERVER_ERRORS)
        if status >= _SERVER_ERRORS or not record.name.startswith("django."):
            return record
        short = copy.copy(record)
        said = record.getMessage()
        short.msg, short.args = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}{CUT}", ()
        short.exc_info = short.exc_text = None
        if record.levelno > logging.WARNING:
            short.levelno, short.levelname = logging.WARNING, "WARNING"
        return short if short.levelno >= logging.getLogger().level else False


def with_status(
    logger: object, name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Add the status of the answer, and the address where the words do not have it."""
    record = event["_record"]
    if hasattr(record, "status_code"):
        event["status"] = record.status_code
        request = getattr(record, "request", None)
        if request is not None and request.path not in str(event["event"]):
            event["path"] = request.path[:_LONGEST]
    return event

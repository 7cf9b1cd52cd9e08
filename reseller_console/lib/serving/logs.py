"""Log lines: one line an event, structured, with no secret of any address in it."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import unquote

import structlog

_SECRET_PATH = re.compile(
    r"(/(?:invitations|password/reset/key|accounts/join)/)[^\s\"'?&<>]+", re.I
)
# What may be a path, as people, proxies and browsers spell it.
_WORD = re.compile(r"[^\s\"'<>]+")
_PATHLIKE = re.compile(r"[/%\\]")
_SLASHES = re.compile(r"(?:/|\\)(?:\.?(?:/|\\))*")
# So often a path may have been put into another address.
_ENCODED_AT_MOST = 4


def hide_secret_links(
    logger: object, name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Cut the secret out of every path in the event."""
    for key, value in event.items():
        event[key] = without_secret_links(value)
    return event


def without_secret_links(value: object) -> object:
    """Return text with the secret cut out of every path in it; anything else as it is.

    However the path is spelled: with slashes doubled, percent-encoded once or several times, inside
    another address. All that follows the path's name goes.
    """
    return _WORD.sub(_cut, value) if isinstance(value, str) else value


def _cut(word: re.Match[str]) -> str:
    """Return a word as it is, or plainly spelled and without the secret in it."""
    plain = word[0]
    if not _PATHLIKE.search(plain):
        return plain
    for _ in range(_ENCODED_AT_MOST):
        plain = unquote(plain)
    # A scheme keeps its two slashes.
    plain = _SLASHES.sub("/", plain).replace(":/", "://")
    cut = _SECRET_PATH.sub(r"\1…", plain)
    return word[0] if cut == plain else cut


def logging_to_stderr(level: str) -> dict[str, object]:
    """Return Django's LOGGING: everything from `level` on, a line each."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"{__name__}.formatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
    }


def formatter() -> structlog.stdlib.ProcessorFormatter:
    """Return the formatter for the standard library's handlers."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            hide_secret_links,
            structlog.processors.LogfmtRenderer(sort_keys=False, drop_missing=True),
        ],
    )

"""One pipeline for every line: ours, Django's, Celery's, the web server's, Python's own warnings.

Loggers of the standard library and of structlog end in the same handler of the root logger. It
writes to stderr, a line each, in one of three formats (`LOG_FORMAT`), from `LOG_LEVEL` on.
"""

from __future__ import annotations

import logging
import logging.config
import sys
import threading
from collections.abc import MutableMapping
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from structlog.stdlib import ProcessorFormatter

from reseller_console.lib.logs.cleaning import cleaned
from reseller_console.lib.logs.requests import with_status
from reseller_console.lib.logs.tracebacks import in_words, render_tracebacks

FORMATS = ("json", "logfmt", "human")
_FIRST = ("timestamp", "level", "event", "logger")
# Those that bring handlers and levels of their own; all others reach the root anyway.
_BROUGHT_INTO_LINE = ("django", "django.server", "waitress")


class Handler(logging.StreamHandler):
    """Writes to stderr; a line that cannot be made does not bring its values there raw."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Say which line of code failed to log, and why."""
        error = sys.exc_info()[1]
        why = in_words(error) if error else "unknown"
        said = f"a log line could not be written: {record.name}, line {record.lineno}: {why}"
        without_values = logging.LogRecord(
            __name__, logging.ERROR, __file__, 0, said, args=None, exc_info=None
        )
        try:
            self.stream.write(self.format(without_values) + self.terminator)
            self.flush()
        except Exception:  # noqa: S110
            # Nobody is left to tell.
            pass


def logging_settings(*, level: str, format: str, release: str) -> dict[str, object]:
    """Return Django's LOGGING; raises ImproperlyConfigured for a level or format there is not."""
    level = level.upper()
    if level not in logging.getLevelNamesMapping():
        raise ImproperlyConfigured(f"LOG_LEVEL is {level!r}, which is no level.")
    if format not in FORMATS:
        raise ImproperlyConfigured(f"LOG_FORMAT is {format!r}; it can be {', '.join(FORMATS)}.")
    plain = {"handlers": [], "level": "NOTSET", "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": f"{__name__}.formatter", "format": format, "release": release}
        },
        "filters": {"refused": {"()": "reseller_console.lib.logs.requests.RefusedRequests"}},
        "handlers": {
            "stderr": {"()": f"{__name__}.Handler", "formatter": "line", "filters": ["refused"]}
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": dict.fromkeys(_BROUGHT_INTO_LINE, plain)
        | {"psycopg": plain | {"level": _of_psycopg(level)}},
    }


def _of_psycopg(level: str) -> str:
    """Return its level: it reports every use of a connection as information, and we do not."""
    return "WARNING" if level == "INFO" else level


def configure(settings: dict[str, Any]) -> None:
    """Set both kinds of loggers up; Django's LOGGING_CONFIG, and harmless when called again."""
    logging.config.dictConfig(settings)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_beginning(),
            structlog.stdlib.PositionalArgumentsFormatter(),
            ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def formatter(*, format: str, release: str) -> ProcessorFormatter:
    """Return the formatter of the handlers: the one place through which all lines go."""

    def stamped(
        logger: object, name: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        return {**event, "release": release}

    return ProcessorFormatter(
        foreign_pre_chain=_beginning(),
        processors=[
            with_status,
            ProcessorFormatter.remove_processors_meta,
            stamped,
            render_tracebacks,
            cleaned,
            _in_order,
            _renderer(format),
        ],
    )


def catch_the_rest() -> None:
    """Send what nobody caught through the pipeline too; for processes that nobody watches."""
    log = logging.getLogger("uncaught")
    sys.excepthook = lambda _kind, error, _frames: log.critical("uncaught", exc_info=error)
    threading.excepthook = lambda args: log.error("uncaught", exc_info=args.exc_value)
    sys.unraisablehook = lambda args: log.error("unraisable", exc_info=args.exc_value)


def _beginning() -> list[structlog.typing.Processor]:
    """Return what every event gets when it happens, in its own thread."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _in_order(
    logger: object, name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Put first what every line has."""
    first = {key: event.pop(key) for key in _FIRST if key in event}
    return first | dict(event)


def _renderer(format: str) -> structlog.typing.Processor:
    if format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    if format == "logfmt":
        return structlog.processors.LogfmtRenderer(drop_missing=True)
    return structlog.dev.ConsoleRenderer(colors=False, sort_keys=False)

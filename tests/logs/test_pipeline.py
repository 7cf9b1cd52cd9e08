"""Every logger ends in one pipeline: severity, format, and nothing that is nobody's business."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import warnings

import pytest
import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError

from reseller_console.launcher.supervisor import TROUBLE
from reseller_console.lib.logs import context, pipeline
from reseller_console.lib.logs.tracebacks import told
from tests.each import each

LOGGERS = [
    *("authorizations.night.run", "notifications.doorbell", "reseller_console.starting"),
    *("django", "django.request", "django.server", "django.security.DisallowedHost"),
    *("celery", "celery.app.trace", "celery.beat", "celery.worker", "kombu", "billiard"),
    *("waitress", "console.access", "psycopg.pool", "anymail", "some.library"),
]
SEVERITIES = ["debug", "info", "warning", "error", "critical"]
SECRETS = (
    "/invitations/s3cret/ for Alice Adams <alice@north.example> and bob%2540north.example"
    " at /customers/?q=Adams&show=pending"
)


@pytest.fixture
def lines():
    """Return a function that gives what was written since, in a format and from a level on."""
    stream = io.StringIO()

    def begin(format: str, level: str = "DEBUG"):
        pipeline.configure(pipeline.logging_settings(level=level, format=format, release="r17"))
        logging.getLogger().handlers[0].setStream(stream)

        def since() -> list[str]:
            written = stream.getvalue().splitlines()
            stream.seek(0)
            stream.truncate()
            return written

        return since

    # What pytest hangs there is not the product's.
    root = logging.getLogger()
    before = list(root.handlers)
    yield begin
    pipeline.configure(settings.LOGGING)
    for handler in before:
        if handler not in root.handlers and not isinstance(handler, pipeline.Handler):
            root.addHandler(handler)


def level_of(line: str, format: str) -> str:
    if format == "json":
        return json.loads(line)["level"]
    if format == "logfmt":
        return line.split("level=")[1].split()[0]
    return line.split("[")[1].split("]")[0].strip()


@pytest.mark.parametrize("format", pipeline.FORMATS)
@pytest.mark.parametrize("kind", ["standard library", "structlog"])
def test_a_line_keeps_its_severity_and_loses_what_is_nobodys_business(format, kind, lines):
    since = lines(format)
    for name in LOGGERS:
        log = logging.getLogger(name) if kind == "standard library" else structlog.get_logger(name)
        for severity in SEVERITIES:
            getattr(log, severity)(f"before {SECRETS}")
            (line,) = since()
            assert level_of(line, format) == severity, line
            assert name in line and "r17" in line
            for secret in ("s3cret", "alice", "Alice", "bob", "Adams"):
                assert secret not in line
            assert "show=pending" in line
            troubles = severity in ("error", "critical")
            assert bool(TROUBLE.search(line)) is troubles, "what `up` shows to people"


@each("level", SEVERITIES)
def test_all_loggers_obey_the_level(level, lines):
    since = lines("json", level)
    loggers = [name for name in LOGGERS if level != "info" or not name.startswith("psycopg")]
    for name in loggers:
        for log in (logging.getLogger(name), structlog.get_logger(name)):
            for severity in SEVERITIES:
                getattr(log, severity)("said")
    assert len(since()) == 2 * len(loggers) * (len(SEVERITIES) - SEVERITIES.index(level))


def test_values_under_telling_names_are_cut_wherever_they_are(lines):
    since = lines("json")
    log = structlog.get_logger("x")
    log.info("said", email="a", customer_name="Alice", reseller="North", reseller_id=7, user_id=3)
    log.info("said", inner={"password": "p", "of": ["carl@x.example", {"token": "t"}]}, n=1.5)
    first, second = map(json.loads, since())
    assert (first["email"], first["customer_name"], first["reseller"]) == ("…", "…", "…")
    assert (first["reseller_id"], first["user_id"]) == (7, 3)
    assert second["inner"] == {"password": "…", "of": ["…", {"token": "…"}]}
    assert second["n"] == 1.5


@each(
    "text",
    [
        "alice@north.example",
        "ALICE@NORTH.EXAMPLE,",
        "(550, b'no alice@north.example here')",
        '"Adams, Alice" <alice@north.example>',
        '"alice adams"@north.example',
        "<alice@north.example>: gone",
        "{'alice@north.example': 1}",
        "jos\\xe9.alice@north.example",
        "älice.alice@münchen.example",
        "/mailbox/?to=alice%40north.example",
        "/admin/?_changelist_filters=q%3Dalice",
        "/x%3Fq=alice",
        "/customers/?q=alice&sort=alice@x",
        "/customers/?alice",
        "redis://:alice@127.0.0.1:1/0",
        "postgres://console_app:alice@db:5432/console",
        "duplicate key\nDETAIL:  Key (email)=(alice) already exists.",
        "IntegrityError('no\\nDETAIL:  Failing row contains (1, alice).')",
        "no\nCONTEXT:  COPY x, line 1, column name: alice",
        "no\nLINE 1: SELECT 'alice'",
    ],
)
def test_no_spelling_of_a_person_is_in_a_line(text, lines):
    since = lines("json")
    logging.getLogger("x").error("it failed: %s", text)
    (line,) = since()
    assert "alice" not in line.lower()
    assert "it failed" in line


def test_the_address_of_a_server_stays_without_its_password(lines):
    since = lines("json")
    logging.getLogger("x").error("Cannot connect to redis://:**@127.0.0.1:6379/0")
    assert "redis://…@127.0.0.1:6379/0" in since()[0]


@pytest.mark.parametrize("format", ["json", "logfmt"])
def test_a_line_is_one_line_whatever_is_in_it(format, lines):
    since = lines(format)
    logging.getLogger("x").error("one\ntwo\rthree\u2028four\x85five\x1b[31m level=critical")
    assert len(since()) == 1


def test_exceptions_tell_the_place_and_the_kind_but_no_values():
    def fail(error: Exception) -> str:
        try:
            try:
                raise IntegrityError(
                    'duplicate key "one_account"\nDETAIL:  Key (email)=(alice) exists.'
                )
            except IntegrityError as cause:
                raise error from cause
        except Exception as raised:
            return told(raised)

    for error, kept in [
        (ValueError("invalid literal for int(): 'Alice'"), "invalid literal for int()"),
        (KeyError("Alice Adams"), "KeyError"),
        (KeyError("reseller_id"), "'reseller_id'"),
        (UnicodeEncodeError("ascii", "Alicé", 4, 5, "no"), "UnicodeEncodeError"),
        (AttributeError("'NoneType' object has no attribute 'x'"), "'NoneType' object"),
        (ExceptionGroup("two", [ValueError("'Alice'"), OSError("disk")]), "OSError: disk"),
    ]:
        text = fail(error)
        assert kept in text
        assert "test_pipeline.py" in text, "the place"
        assert 'IntegrityError: duplicate key "one_account"' in text, "the cause"
        shown = [line for line in text.splitlines() if "Error" in line and "raise" not in line]
        assert not [line for line in shown if "Alic" in line or "alice" in line], shown


def test_an_exception_is_in_the_line_of_its_event(lines):
    since = lines("json")
    try:
        raise ValueError("'Alice'")
    except ValueError:
        structlog.get_logger("a").exception("failed")
        logging.getLogger("b").exception("failed")
    for line in map(json.loads, since()):
        assert line["level"] == "error"
        assert line["exception"].endswith("ValueError: '…'")


def test_a_line_that_cannot_be_made_does_not_come_out_raw(lines, capfd):
    since = lines("json")
    logging.getLogger("x").error("%d %s", "alice@north.example")

    class Untellable:
        def __str__(self) -> str:
            raise RuntimeError("alice@north.example")

    structlog.get_logger("y").error("said", thing=Untellable())
    first, second = map(json.loads, since())
    for line, name in ((first, "x"), (second, "y")):
        assert line["level"] == "error"
        assert f"could not be written: {name}" in line["event"]
    out, err = capfd.readouterr()
    assert "alice" not in out + err


def test_warnings_of_python_and_what_nobody_catches_go_the_same_way(lines, monkeypatch):
    import sys
    import threading

    since = lines("json")
    for module, hook in [
        (sys, "excepthook"),
        (sys, "unraisablehook"),
        (threading, "excepthook"),
    ]:
        monkeypatch.setattr(module, hook, getattr(module, hook))
    pipeline.catch_the_rest()
    monkeypatch.setattr(warnings, "showwarning", logging._showwarning)
    warnings.warn("old: alice@north.example", DeprecationWarning, stacklevel=1)

    def fail() -> None:
        raise ValueError("'Alice'")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    try:
        fail()
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    found = [json.loads(line) for line in since()]
    assert [(one["logger"], one["level"]) for one in found] == [
        ("py.warnings", "warning"),
        ("uncaught", "error"),
        ("uncaught", "critical"),
    ]
    assert "alice" not in str(found) and "'Alice'" not in str(found).replace("\"'Alice'\"", "")


def test_ids_are_in_every_line_until_the_work_ends(lines):
    since = lines("json")
    try:
        context.begin_request("0123-abcd")
        context.bind(user_id=3, reseller_id=None)
        logging.getLogger("a").info("x")
        structlog.get_logger("b").info("y")
        context.begin_task("t", "id", {"request_id": "0123-abcd", "password": "no"})
        structlog.get_logger("b").info("z")
        context.end()
        logging.getLogger("a").info("x")
    finally:
        context.end()
    first, second, third, last = map(json.loads, since())
    for line in (first, second):
        assert (line["request_id"], line["user_id"]) == ("0123-abcd", 3)
        assert "reseller_id" not in line
    assert (third["task"], third["request_id"]) == ("t", "0123-abcd")
    assert "user_id" not in third and "password" not in third
    assert not {"request_id", "task"} & set(last)


@each("given", ["", "short", "x" * 65, "a b c d e f g", "<script>alert</script>", "nul\0\0\0\0\0"])
def test_a_request_id_from_outside_is_taken_only_if_it_looks_like_one(given):
    try:
        assert context.begin_request(given) != given
    finally:
        context.end()


@each("wrong", [{"level": "loud"}, {"format": "xml"}])
def test_a_level_or_format_there_is_not_is_said_at_the_start(wrong):
    with pytest.raises(ImproperlyConfigured, match=r"LOG_(LEVEL|FORMAT)"):
        pipeline.logging_settings(**({"level": "INFO", "format": "json", "release": ""} | wrong))

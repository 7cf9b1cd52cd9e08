"""F10: what no browser of ours sends gets a plain page of 4xx and one short line in the log."""

from __future__ import annotations

import json
import logging
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.test import Client

from reseller_console.lib.logs.pipeline import formatter
from reseller_console.lib.logs.requests import RefusedRequests
from tests.each import each

FORM = "/customers/new/"
LOGIN = "/accounts/login/"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
MANY = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1


def part(name: str, value: str = "x", more: str = "") -> bytes:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'.encode()


PARTS = b"".join(part(f"f{n}") for n in range(MANY)) + b"--b--\r\n"
FILES = b"".join(part(f"f{n}", more='; filename="x"') for n in range(101)) + b"--b--\r\n"
BASE64 = (
    b'--b\r\nContent-Disposition: form-data; name="a"; filename="x"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\nA\r\n--b--\r\n"
)

# What is sent: body, its type, headers; and the status of the answer.
BODIES = [
    (urlencode([(f"f{n}", "x") for n in range(MANY)]).encode(), URLENCODED, {}, 400),
    (b"&".join([b"a"] * MANY), URLENCODED, {}, 400),
    (PARTS, MULTIPART, {}, 400),
    (FILES, MULTIPART, {}, 400),
    (BASE64, MULTIPART, {}, 400),
    (b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1), URLENCODED, {}, 413),
    (b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1), MULTIPART, {}, 413),
    (b"a=1", URLENCODED, {"CONTENT_LENGTH": "-1"}, 413),
    (b"a=1", URLENCODED, {"CONTENT_LENGTH": "many"}, 413),
    (b"a=1", "multipart/form-data", {}, 400),
    (b"a=1", "multipart/form-data; boundary=", {}, 400),
    (b"a=1", "multipart/form-data; boundary=" + "b" * 500, {}, 400),
    (b"a=1", "multipart/form-data; boundary=\xe4", {}, 400),
    (b"a=1", f"{URLENCODED}; charset=latin-1", {}, 400),
]
# These are read for what they may be, and refused like any form without its token, or as no form.
READ = [
    (b"--b\r\n", MULTIPART, {}),
    (part("a")[:-20], MULTIPART, {}),
    (b"\0" * 100, MULTIPART, {}),
    (b"{}", "application/json", {}),
    (b"[" * 10_000, "application/json", {}),
    (b"\xff\xfe", "text/plain; charset=\xff", {}),
    (b"", "", {}),
    (b"a=1", f"{URLENCODED}; charset=nonsense", {}),
    (b"a%00b=%ff&%=&&;", URLENCODED, {}),
]
HOSTS = [
    "evil.example",
    "testserver.evil.example",
    "a b",
    "a/b",
    "",
    "x" * 300,
    "test_server:x",
    "a@b.c",
]
QUERIES = [
    *("q=%00", "q=a%00b", "show=%00", "show=pending%00", "sort=%00", "mine=%00", "page=%00"),
    *(
        "after=%00",
        "before=%00",
        "next=%00",
        "%00=1",
        "a%00b",
        "q=%ff%fe",
        "q=%ed%a0%80",
        "%",
        "%zz",
    ),
    *("page=1e309", "page=-1", "page=" + "9" * 400, "after=" + "A" * 3000, "q[]=1", "q[$ne]=1"),
    *("&".join(f"f{n}=x" for n in range(MANY)),),
    "&".join(f"f{n}=x" for n in range(MANY)),
]
PLACES = [
    "/customers/",
    "/orders/",
    "/team/",
    "/help/",
    LOGIN,
    "/admin/accounts/user/",
    "/mailbox/",
]


@pytest.fixture
def said(caplog):
    """Return a function that gives the lines that were written since."""
    caplog.handler.addFilter(RefusedRequests())
    caplog.handler.setFormatter(formatter(format="json", release=""))
    caplog.set_level(logging.INFO)

    def since() -> list[dict]:
        lines = [json.loads(line) for line in caplog.text.splitlines()]
        caplog.clear()
        return lines

    yield since
    caplog.handler.filters.clear()


def calmly(lines: list[dict]) -> None:
    """Check that there is at most one line, a short warning."""
    assert len(lines) <= 1, lines
    for line in lines:
        assert line["level"] == "warning"
        assert "exception" not in line
        assert len(line["event"]) < 250


def one_page(answer, status: int) -> None:
    """Check that an answer is a page of ours, with the way out."""
    assert answer.status_code == status
    assert "data-error" in answer.text and "topbar" in answer.text


def strict_and_calm(login, user) -> Client:
    """Return a browser of somebody for which a failure is an answer and no exception."""
    client = login(user)
    client.raise_request_exception = False
    return client


@each("case", BODIES)
def test_a_body_that_is_too_much_or_no_form(case, login, alice, said):
    body, kind, headers, status = case
    client = strict_and_calm(login, alice)
    for place in (FORM, LOGIN):
        said()
        answer = client.generic("POST", place, body, kind, **headers)
        one_page(answer, status)
        calmly(said())


@each("case", READ)
def test_a_body_that_is_a_poor_form(case, login, alice, said):
    body, kind, headers = case
    for checks in (False, True):
        client = strict_and_calm(login, alice)
        client.handler.enforce_csrf_checks = checks
        said()
        answer = client.generic("POST", FORM, body, kind, **headers)
        assert answer.status_code in ((403,) if checks else (400, 422)), answer.status_code
        calmly(said())


@each("host", HOSTS)
def test_a_host_that_is_not_ours(host, login, alice, said):
    answer = strict_and_calm(login, alice).get("/customers/", HTTP_HOST=host)
    one_page(answer, 400)
    lines = said()
    calmly(lines)
    assert [line["logger"] for line in lines] == ["django.security.DisallowedHost"]


@each("query", QUERIES)
def test_a_query_of_bytes_that_are_no_text_fails_nowhere(query, login, alice, ops, said):
    clients = (strict_and_calm(login, alice), strict_and_calm(login, ops), Client())
    for client in clients:
        for place in PLACES:
            answer = client.get(f"{place}?{query}")
            assert answer.status_code < 500, place
            calmly(said())


@each(
    "path",
    [
        *(
            "/%00",
            "/customers/%00/",
            "/customers/a%00b/",
            "/invitations/%00/",
            "/accounts/join/%ff/",
        ),
        *("/team/99999999999999999999999/invitation/", "/static/%2e%2e/settings.py", "/static/%00"),
        *("/admin/accounts/user/%00/change/", "/admin/accounts/user/9" + "9" * 40 + "/change/"),
        *("//evil.example/%2f..", "/\\evil.example", "/" + "a" * 5000, "/%F0%9F", "/..%c0%af"),
    ],
)
def test_a_path_of_bytes_that_are_no_text_fails_nowhere(path, login, alice, ops, said):
    for client in (strict_and_calm(login, alice), strict_and_calm(login, ops)):
        answer = client.get(path)
        assert answer.status_code < 500
        calmly(said())


@each("cookie", ["\0", "x" * 4000, "a b;c", '"', "=;=;", "é", "../../etc/passwd"])
def test_cookies_of_nobody(cookie, db, said):
    client = Client(raise_request_exception=False)
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        client.cookies.clear()
        assert client.get("/customers/", HTTP_COOKIE=f"{name}={cookie}").status_code == 302
        answer = client.post(
            LOGIN, {"login": "a\0b", "password": "\0"}, HTTP_COOKIE=f"{name}={cookie}"
        )
        assert answer.status_code < 500
        calmly(said())


@each("method", ["TRACE", "PUT", "DELETE", "PROPFIND", "X" * 30])
def test_methods_that_no_page_has(method, login, alice, said):
    answer = strict_and_calm(login, alice).generic(method, "/customers/")
    assert answer.status_code == 405
    calmly(said())


def kinds(of: type[Exception] = SuspiciousOperation) -> list[type[Exception]]:
    return [of, *(kind for one in of.__subclasses__() for kind in kinds(one))]


def test_the_whole_family_of_suspicious_operations(login, alice, said, monkeypatch):
    from django.contrib.sessions import exceptions  # noqa: F401
    from django.core.files import storage  # noqa: F401

    def suspicious(kind):
        def refuse(*_arguments, **_options):
            raise kind("alice@north.example sent " + "x" * 10_000)

        return refuse

    client = strict_and_calm(login, alice)
    assert len(kinds()) >= 8
    for kind in kinds():
        with monkeypatch.context() as patch:
            patch.setattr("customers.doors.Customer.objects.of", suspicious(kind))
            one_page(client.get("/customers/00000000000000000001/"), 400)
        (line,) = said()
        calmly([line])
        assert "alice" not in str(line)
        assert line["path"] == "/customers/00000000000000000001/"

"""X15 to X18, X28: other sites cannot send, frame or redirect, and headers cannot lie."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from types import SimpleNamespace

import pytest
from django.test import Client
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser

from customers.admins.links import path_for
from customers.models import Customer, CustomerEvent
from notifications import rendering
from notifications.models import Email
from reseller_console.launcher.home import CHECKOUT
from reseller_console.lib.serving.web import Task
from tests.customers.forms import typed
from tests.each import each


@pytest.fixture
def strict(alice) -> Client:
    """Alice's browser, with the check for forged forms that tests usually leave out."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    return client


def forms(customer) -> list[str]:
    """Return the addresses a forged form would be sent to."""
    base = f"/customers/{customer.vip_id}/"
    return [
        "/customers/new/",
        f"{base}invitation/resend/",
        f"{base}invitation/withdrawal/",
        f"{base}offerings/",
        f"{base}authorizations/new/",
        "/accounts/logout/",
        "/accounts/login/",
        "/accounts/password/change/",
        "/accounts/password/reset/",
    ]


def test_x15_a_form_without_its_token_changes_nothing(strict, customer):
    events = CustomerEvent.objects.count()
    for path in forms(customer):
        answer = strict.post(path, typed())
        assert answer.status_code == 403, path
        assert "form" in answer.text.lower(), "the page says what to do"
    assert CustomerEvent.objects.count() == events
    assert strict.get("/customers/").status_code == 200, "nobody was signed out"


@pytest.mark.parametrize(
    "tricks",
    [
        {"HTTP_X_HTTP_METHOD_OVERRIDE": "PUT"},
        {"HTTP_HX_REQUEST": "true"},
        {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_X_CSRFTOKEN": "x" * 64},
        {"content_type": "application/json"},
        {"content_type": "text/plain"},
    ],
)
def test_x15_no_trick_replaces_the_token(tricks, strict, customer):
    path = f"/customers/{customer.vip_id}/invitation/withdrawal/"
    assert strict.post(path, {"key": str(uuid.uuid4())}, **tricks).status_code == 403
    customer.refresh_from_db()
    assert customer.withdrawn_at is None


def test_x15_a_token_of_another_site_or_session_is_refused(strict, customer, login, bob):
    path = f"/customers/{customer.vip_id}/invitation/withdrawal/"
    page = strict.get(path)
    token, key = page.context["csrf_token"], page.context["form"].initial["key"]
    fields = {"key": key, "csrfmiddlewaretoken": str(token)}
    foreign = strict.post(path, fields, HTTP_ORIGIN="https://evil.example")
    assert foreign.status_code == 403
    stranger = Client(enforce_csrf_checks=True)
    stranger.force_login(bob)
    assert stranger.post(path, fields).status_code == 403
    assert strict.post(path, fields).status_code == 302, "with the right one it works"


def test_x15_the_method_cannot_be_overridden_by_a_parameter(login, alice, customer):
    client = login(alice)
    client.get(
        f"/customers/{customer.vip_id}/invitation/withdrawal/?_method=POST&key={uuid.uuid4()}"
    )
    customer.refresh_from_db()
    assert customer.withdrawn_at is None


def test_x16_no_page_can_be_framed(client, login, alice, ops, customer):
    for browser, path in [
        (client, "/accounts/login/"),
        (client, "/invitations/x/"),
        (login(alice), f"/customers/{customer.vip_id}/"),
        (login(alice), f"/customers/{customer.vip_id}/invitation/withdrawal/"),
        (login(alice), "/nowhere/"),
        (login(ops), "/admin/"),
    ]:
        answer = browser.get(path)
        assert answer["X-Frame-Options"] == "DENY", path
        policy = answer["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


@each(
    "next_path",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "/%09/evil.example",
        "\t//evil.example",
        "https:/evil.example",
    ],
)
@each("path", ["/accounts/login/", "/accounts/logout/"])
def test_x17_next_leads_to_own_paths_only(path, next_path, login, alice):
    client = login(alice)
    answers = [client.get(path, {"next": next_path}), client.post(path, {"next": next_path})]
    for answer in answers:
        place = answer.headers.get("Location", "/")
        assert place.startswith("/") and not place.startswith(("//", "/\\", "/\t")), place


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1@evil.example", "127.0.0.1:80:80", "a b"]
)
def test_x17_an_unknown_host_gets_no_page(host, client, db):
    client.raise_request_exception = False
    assert client.get("/accounts/login/", HTTP_HOST=host).status_code == 400


def test_x18_links_in_emails_come_from_the_settings_alone(login, alice, settings):
    settings.CONSOLE_ORIGIN = "https://console.example"
    headers = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "gopher",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "https://evil.example/",
        "Referer": "https://evil.example/",
    }
    answer = login(alice).post("/customers/new/", typed(), headers=headers)
    assert answer.status_code == 302 and answer["Location"].startswith("/customers/")
    login(alice).post("/accounts/password/reset/", {"email": alice.email}, headers=headers)
    for email in Email.objects.all():
        rendered = rendering.with_secret_links(rendering.write(email), email)
        assert "https://console.example/" in rendered.text
        assert "evil" not in rendered.text + rendered.html


def test_x24_a_scanner_that_looks_at_everything_accepts_nothing(client, customer):
    path = path_for(customer.vip_id, 1)
    for method in ("get", "head", "options", "post", "put", "delete"):
        assert getattr(client, method)(path).status_code in {302, 405}
        answer = getattr(client, method)("/invitation/")
        assert answer.status_code in {200, 405, 422}
    assert Customer.objects.get().accepted_at is None


def in_production(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run some Python with production's settings."""
    variables = os.environ | {
        "CONSOLE_ENV": "production",
        "CONSOLE_ORIGIN": "https://console.example",
        "CONSOLE_SECRET_KEY": "a" * 60,
    }
    variables.pop("CONSOLE_TODAY", None)
    return subprocess.run(
        [sys.executable, "-c", code],
        env=variables | environ,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_x28_cookies_in_production_stay_on_https_and_away_from_scripts():
    code = "from django.conf import settings as s\n" + "\n".join(
        f"print(s.{name})"
        for name in (
            "SESSION_COOKIE_NAME",
            "CSRF_COOKIE_NAME",
            "SESSION_COOKIE_SECURE",
            "CSRF_COOKIE_SECURE",
            "SESSION_COOKIE_HTTPONLY",
            "CSRF_COOKIE_HTTPONLY",
            "SECURE_SSL_REDIRECT",
            "SECURE_HSTS_SECONDS",
            "SESSION_COOKIE_DOMAIN",
            "SESSION_COOKIE_PATH",
            "DEBUG",
        )
    )
    done = in_production(code)
    assert done.stdout.split() == [
        *("__Host-session", "__Host-csrf", "True", "True", "True", "True", "True"),
        *(str(365 * 24 * 60 * 60), "None", "/", "False"),
    ], done.stderr


@pytest.mark.parametrize(
    "environ",
    [{"CONSOLE_TODAY": "2026-03-02"}, {"CONSOLE_ORIGIN": "http://console.example"}],
)
def test_production_refuses_a_pinned_calendar_and_plain_http(environ):
    done = in_production("from django.conf import settings as s; s.DEBUG", **environ)
    assert done.returncode != 0
    assert "ImproperlyConfigured" in done.stderr


@each(
    ("address", "said", "scheme"),
    [
        ("127.0.0.1", "https", "https"),
        ("127.0.0.1", "http", "http"),
        ("127.0.0.1", None, "http"),
        ("192.0.2.7", "https", "http"),
    ],
)
def test_only_a_named_proxy_is_believed_about_https(address, said, scheme):
    adjustments = Adjustments()
    server = SimpleNamespace(adj=adjustments, effective_port=80, server_name="console")
    channel = SimpleNamespace(addr=(address, 1), server=server, check_client_disconnected=None)
    request = HTTPRequestParser(adjustments)
    request.parse_header(b"GET / HTTP/1.1\r\n")
    request.headers = {"X_FORWARDED_PROTO": said} if said else {}
    assert Task(channel, request).get_environment()["wsgi.url_scheme"] == scheme

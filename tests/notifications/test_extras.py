"""Providers with packages of their own: they start, or say in a line what is missing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from reseller_console.launcher import environment
from reseller_console.launcher.home import CHECKOUT
from tests.each import each

# Without the package, as where only requirements.lock is installed.
HIDING = """
import sys

class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {hidden!r}:
            raise ImportError(f"No module named {{name!r}}")

sys.meta_path.insert(0, Hide())
import django
django.setup()
print("started")
"""
VARIABLES = {
    "CONSOLE_ENV": "test",
    "CONSOLE_SECRET_KEY": "x" * 50,
    "CONSOLE_ORIGIN": "http://127.0.0.1:8000",
    "DATABASE_URL": "postgres://console_app@127.0.0.1:1/console",
    "BROKER_URL": "redis://127.0.0.1:1/0",
    "DJANGO_SETTINGS_MODULE": "reseller_console.settings",
}


def start(hidden: set[str], **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", HIDING.format(hidden=hidden)],
        env={"PATH": os.environ["PATH"]} | VARIABLES | variables,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("hidden", "variables", "package", "lock"),
    [
        (
            {"boto3", "botocore"},
            {"MAIL_WEBHOOKS": "amazon_ses", "ANYMAIL": "WEBHOOK_SECRET=a:b"},
            "MAIL_WEBHOOKS names amazon_ses, which needs boto3",
            "requirements-amazon-ses.lock",
        ),
        (
            {"boto3", "botocore"},
            {"MAIL_PROVIDER": "amazon_ses", "MAIL_WEBHOOKS": ""},
            "MAIL_PROVIDER names amazon_ses, which needs boto3",
            "requirements-amazon-ses.lock",
        ),
        (
            {"svix"},
            {"MAIL_WEBHOOKS": "resend", "ANYMAIL": "RESEND_SIGNING_SECRET=whsec_c2VjcmV0"},
            "MAIL_WEBHOOKS names resend, which needs svix",
            "requirements-resend.lock",
        ),
    ],
)
def test_a_missing_package_is_said_in_one_line(hidden, variables, package, lock):
    done = start(hidden, **variables)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert package in line and line.endswith(f"-r {lock}")
    assert (CHECKOUT / lock).exists()


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"MAIL_PROVIDER": "postmark", "ANYMAIL": "WEBHOOK_SECRET=a:b"},
        {"MAIL_PROVIDER": "resend", "MAIL_WEBHOOKS": ""},
        {"MAIL_WEBHOOKS": "resend", "ANYMAIL": "WEBHOOK_SECRET=a:b"},
    ],
)
def test_the_core_alone_starts_with_every_other_provider(variables):
    assert start({"boto3", "botocore", "svix"}, **variables).stdout == "started\n"


def test_with_its_package_amazon_ses_starts():
    variables = {"MAIL_PROVIDER": "amazon_ses", "ANYMAIL": "WEBHOOK_SECRET=a:b"}
    assert start(set(), **variables).stdout == "started\n"


@each(
    ("variables", "locks"),
    [
        ({}, []),
        ({"MAIL_PROVIDER": "postmark"}, []),
        ({"MAIL_PROVIDER": "amazon_ses"}, ["requirements-amazon-ses.lock"]),
        (
            {"MAIL_PROVIDER": "amazon_ses", "MAIL_WEBHOOKS": "postmark, resend"},
            ["requirements-amazon-ses.lock", "requirements-resend.lock"],
        ),
    ],
)
def test_the_launcher_installs_what_the_named_providers_need(variables, locks):
    assert environment.provider_locks(variables) == locks
    assert all((CHECKOUT / lock).exists() for lock in environment.PROVIDERS.values())


def test_the_core_is_without_the_packages_of_single_providers():
    core = (CHECKOUT / "requirements.lock").read_text()
    for package in ("boto3==", "botocore==", "svix==", "pydantic=="):
        assert f"\n{package}" not in core

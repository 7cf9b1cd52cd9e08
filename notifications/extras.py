"""Packages that only some mail providers need, and what says that one is missing."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.handler import DEFAULT_MAILER_ALIAS
from django.utils.module_loading import import_string

from reseller_console.launcher.environment import PROVIDERS

_PACKAGES = {"amazon_ses": "boto3", "resend": "svix"}


def advice(provider: str, setting: str) -> str:
    """Return the sentence that says which package is missing and how it is installed."""
    if provider not in _PACKAGES:
        return f"{setting} names {provider}, which needs a package that is not installed."
    return (
        f"{setting} names {provider}, which needs {_PACKAGES[provider]}:"
        f" pip install --require-hashes --no-deps -r {PROVIDERS[provider]}"
    )


def refuse_missing_backend() -> None:
    """Raise ImproperlyConfigured when emails cannot be handed to MAIL_PROVIDER for want of one."""
    try:
        import_string(str(settings.MAILERS[DEFAULT_MAILER_ALIAS]["BACKEND"]))
    except ImportError as error:
        raise ImproperlyConfigured(advice(settings.MAIL_PROVIDER, "MAIL_PROVIDER")) from error

"""Which mail provider, and what it is told."""

from __future__ import annotations

from reseller_console.configuration.environment import env

_BACKENDS = {
    "mailbox": "notifications.sending.mailbox_backend.MailboxBackend",
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "resend": "notifications.sending.resend.EmailBackend",
}


def mailers(provider: str) -> dict[str, dict[str, object]]:
    """Return Django's MAILERS for a provider: one of ours, or one of django-anymail."""
    mailer: dict[str, object] = {
        "BACKEND": _BACKENDS.get(provider, f"anymail.backends.{provider}.EmailBackend")
    }
    if provider == "smtp":
        mailer["OPTIONS"] = {
            "host": env.str("SMTP_HOST", "localhost"),
            "port": env.int("SMTP_PORT", 587),
            "username": env.str("SMTP_USER", ""),
            "password": env.str("SMTP_PASSWORD", ""),
            "use_tls": env.bool("SMTP_TLS", True),
            "timeout": 20,
        }
    return {"default": mailer}


def webhooks(provider: str) -> list[str]:
    """Return whose reports on emails are taken, at /anymail/<provider>/tracking/."""
    own = [] if provider in ("mailbox", "smtp") else [provider]
    return env.list("MAIL_WEBHOOKS", default=own)


def anymail() -> dict[str, object]:
    """Return Anymail's settings: its keys (ANYMAIL=POSTMARK_SERVER_TOKEN=...,...) and ours."""
    return env.dict("ANYMAIL", default={}) | {
        "REQUESTS_TIMEOUT": (5, 20),
        # Emails ask for no click tracking; not every provider can be asked email by email.
        "IGNORE_UNSUPPORTED_FEATURES": True,
    }


def troubles(provider: str, sender: str) -> list[str]:
    """Return why emails would reach nobody, in words; nothing for a console that is set up."""
    found = []
    if provider == "mailbox":
        found.append("MAIL_PROVIDER is mailbox: every email stays in the console.")
    if provider == "smtp" and not env.str("SMTP_HOST", ""):
        found.append(
            "Mail goes by SMTP, but SMTP_HOST is not set: emails wait in the outbox."
            " Set SMTP_HOST or another MAIL_PROVIDER."
        )
    if sender.rstrip(">").endswith(".example"):
        found.append(
            "MAIL_FROM is not set, or ends in .example: no provider sends from such an address."
        )
    return found

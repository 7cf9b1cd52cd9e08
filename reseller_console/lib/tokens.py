"""Secrets in links: made from the settings' key whenever needed, stored only as a hash."""

from __future__ import annotations

import base64
import hashlib
import hmac

from django.conf import settings


def secret(purpose: str, *parts: object) -> str:
    """Return the 256-bit secret of `parts` for one purpose, in URL-safe base64."""
    message = ":".join([purpose, *map(str, parts)]).encode()
    digest = hmac.digest(settings.SECRET_KEY.encode(), message, "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def secret_hash(token: str) -> str:
    """Return what the database stores of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()

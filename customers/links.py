"""The secret link in an invitation.

The secret is an HMAC of the customer and the link's version, made anew whenever the letter
is sent or shown; the database holds only its SHA-256.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from django.conf import settings

PURPOSE = "customer-invitation"


def token_for(vip_id: str, version: int) -> str:
    """Return the 256-bit secret of link `version` of a customer, URL-safe base64."""
    message = f"{PURPOSE}:{vip_id}:{version}".encode()
    digest = hmac.digest(settings.SECRET_KEY.encode(), message, "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def token_hash(token: str) -> str:
    """Return what the database stores of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def path_for(vip_id: str, version: int) -> str:
    """Return the path of the landing page for link `version` of a customer."""
    return f"/invitations/{token_for(vip_id, version)}/"

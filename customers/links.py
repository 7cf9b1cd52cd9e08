"""The secret link in an invitation.

The secret is an HMAC of the customer and the link's version, made anew whenever the letter
is sent or shown; the database holds only its SHA-256.
"""

from __future__ import annotations

from reseller_console.lib.tokens import secret, secret_hash

PURPOSE = "customer-invitation"


def token_for(vip_id: str, version: int) -> str:
    """Return the 256-bit secret of link `version` of a customer, URL-safe base64."""
    return secret(PURPOSE, vip_id, version)


def token_hash(token: str) -> str:
    """Return what the database stores of a secret."""
    return secret_hash(token)


def path_for(vip_id: str, version: int) -> str:
    """Return the path of the landing page for link `version` of a customer."""
    return f"/invitations/{token_for(vip_id, version)}/"

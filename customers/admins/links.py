"""The secret links in invitations: a customer's contact gets one, and each further admin.

The secret is an HMAC of what the link is for and its version, made again whenever the email
is sent or shown; the database holds only its SHA-256.
"""

from __future__ import annotations

from reseller_console.lib.tokens import secret, secret_hash

PURPOSE = "customer-invitation"
ADMIN_PURPOSE = "customer-admin"


def token_for(vip_id: str, version: int) -> str:
    """Return the 256-bit secret of link `version` of a customer, URL-safe base64."""
    return secret(PURPOSE, vip_id, version)


def admin_token_for(vip_id: str, address_key: str, version: int) -> str:
    """Return the secret of link `version` to a further admin with this address."""
    return secret(ADMIN_PURPOSE, vip_id, address_key, version)


def token_hash(token: str) -> str:
    """Return what the database stores of a secret."""
    return secret_hash(token)


def path_for(vip_id: str, version: int) -> str:
    """Return the path of the landing page for link `version` of a customer."""
    return f"/invitations/{token_for(vip_id, version)}/"


def admin_path_for(vip_id: str, address_key: str, version: int) -> str:
    """Return the path of the landing page for link `version` to a further admin."""
    return f"/invitations/{admin_token_for(vip_id, address_key, version)}/"

"""VIP IDs: issued once, known to the customer, impossible to guess."""

from __future__ import annotations

import secrets

VIP_ID_LENGTH = 20


def new_vip_id() -> str:
    """Return 20 random upper-case hexadecimal characters.

    Unique in practice; the database's constraint decides, and the caller that issues one tries
    again when it is taken.
    """
    return secrets.token_hex(VIP_ID_LENGTH // 2).upper()


def is_vip_id(text: str) -> bool:
    """Return whether `text` has the shape of a VIP ID."""
    return len(text) == VIP_ID_LENGTH and set(text) <= set("0123456789ABCDEF")

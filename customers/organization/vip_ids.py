"""VIP IDs: issued once, known to the customer, impossible to guess."""

from __future__ import annotations

import secrets

VIP_ID_LENGTH = 20


def new_vip_id() -> str:
    """Return 20 random upper-case hexadecimal characters, one of them A, B, C, D or F at least.

    Digits alone, or with one E, are a number to a spreadsheet, which rounds it for good. Unique
    in practice; the database's constraint decides, and the caller that issues one tries
    again when it is taken.
    """
    while True:
        drawn = secrets.token_hex(VIP_ID_LENGTH // 2).upper()
        if is_text_to_spreadsheets(drawn):
            return drawn


def is_text_to_spreadsheets(vip_id: str) -> bool:
    """Whether no spreadsheet takes this VIP ID for a number."""
    return not set("ABCDF").isdisjoint(vip_id)


def is_vip_id(text: str) -> bool:
    """Return whether `text` has the shape of a VIP ID."""
    return len(text) == VIP_ID_LENGTH and set(text) <= set("0123456789ABCDEF")

"""When two email addresses are the same one."""

from __future__ import annotations

import unicodedata

import idna

from reseller_console.lib.text import collapse


def address_key(address: str) -> str:
    """Return the form in which two email addresses are the same mailbox.

    No case on either side, and the domain in its ASCII form (RFC 5891, mapped by UTS 46), so
    that `bücher.example` and `xn--bcher-kva.example` are one. No letter becomes two: `ß` and `ss`
    are different letters of an address.
    """
    text = unicodedata.normalize("NFC", collapse(address))
    local, at, domain = text.rpartition("@")
    return f"{local.lower()}{at}{_ascii(domain)}"


def _ascii(domain: str) -> str:
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True, transitional=False).decode().lower()
    except idna.IDNAError:
        return domain.lower()

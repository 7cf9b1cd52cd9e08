"""What a header of an email is made of, whatever people typed: the one place where names go in.

Python's mail library reads what it is given as a header and writes it anew. Before 3.12.5 it
decodes encoded words (RFC 2047) on the way, newlines and all (CVE-2024-6923), so that a name
becomes headers of somebody's own. In every version so far it loses the quotes around a name that
is folded, whose commas then part addresses. So a name holds neither when it gets there; names
are refused with them as well (`reseller_console.lib.typed_text`), which cures nothing that is
stored already.
"""

from __future__ import annotations

import re
import unicodedata
from email.headerregistry import Address

from reseller_console.lib.typed_text import is_plain_address

# Without its equals sign an encoded word is text, to every reader and however it is folded. A
# blank in between would be a place to fold, and some readers drop it again.
_BEGINS_ENCODED_WORD = re.compile(r"=+(?=\?)")
# Control, surrogate, private use, unassigned, line and paragraph separators.
_NO_TEXT = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
_TURNING = set(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
# What means something in a list of addresses (RFC 5322, 3.2.3).
_SPECIALS = re.compile(r'[()<>\[\]:;@\\,"]')
# The library keeps quotes around what stays on one line of 78 characters.
_QUOTED_MOST = 60


def header_text(text: str) -> str:
    """Return text as it may stand in a header: one line, and nothing a mail program decodes."""
    printable = "".join(
        " " if c in _TURNING or unicodedata.category(c) in _NO_TEXT else c for c in text
    )
    return _BEGINS_ENCODED_WORD.sub("", " ".join(printable.split()))


def mailbox(name: str, address: str) -> str:
    """Return name and address as one header value, whatever the name is made of.

    Raises ValueError for an address no email can be sent to.
    """
    if not is_plain_address(address):
        raise ValueError(f"{address!r} is not an email address.")
    user, _, domain = address.rpartition("@")
    return str(Address(_display_name(name), user, domain))


def reply_to(address: object) -> list[str] | None:
    """Return where answers go; None for an address that would be a header of its own."""
    text = str(address or "")
    return [text] if is_plain_address(text) else None


def _display_name(name: str) -> str:
    shown = header_text(name)
    escapes = shown.count("\\") + shown.count('"')
    if len(shown) + escapes > _QUOTED_MOST:
        shown = header_text(_SPECIALS.sub(" ", shown))
    return shown

"""PA numbers: short enough to read over the telephone, in Crockford's base 32."""

from __future__ import annotations

import re
import secrets

# No I, L, O and U: nothing to mistake for 1, 0 or V.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = "PA-"
LENGTH = 8
SHAPE = f"{PREFIX}[{ALPHABET}]{{{LENGTH}}}"


def new_authorization_number() -> str:
    """Return `PA-` and 8 random characters.

    The database's constraint decides whether it is free; the caller that creates a purchase
    authorization tries again when it is taken.
    """
    return PREFIX + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def is_authorization_number(text: str) -> bool:
    """Return whether `text` could be a PA number."""
    return re.fullmatch(SHAPE, text) is not None

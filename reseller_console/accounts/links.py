"""The secret link an invited colleague chooses a password with."""

from __future__ import annotations

from reseller_console.lib.tokens import secret

PURPOSE = "colleague-invitation"
VALID_DAYS = 7


def token_for(user_id: int, version: int) -> str:
    """Return the secret of link `version` of a colleague."""
    return secret(PURPOSE, user_id, version)


def path_for(user_id: int, version: int) -> str:
    """Return the path of the page that link `version` of a colleague opens."""
    return f"/accounts/join/{token_for(user_id, version)}/"

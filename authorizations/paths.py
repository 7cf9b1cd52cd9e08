"""The shape of a PA number in an address."""

from __future__ import annotations

from authorizations.numbers import SHAPE


class AuthorizationNumberConverter:
    """`PA-` and eight characters; anything else is no purchase authorization's address."""

    regex = SHAPE

    def to_python(self, value: str) -> str:
        """Return the number as it is in the address."""
        return value

    def to_url(self, value: str) -> str:
        """Return the number as it goes into an address."""
        return value

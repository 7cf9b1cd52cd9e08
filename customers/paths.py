"""The shape of a VIP ID in an address."""

from __future__ import annotations


class VipIdConverter:
    """Twenty upper-case hexadecimal characters; anything else is no customer's address."""

    regex = "[0-9A-F]{20}"

    def to_python(self, value: str) -> str:
        """Return the VIP ID as it is in the address."""
        return value

    def to_url(self, value: str) -> str:
        """Return the VIP ID as it goes into an address."""
        return value

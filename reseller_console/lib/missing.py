"""A name that a template asks for and does not get: an error instead of a gap."""

from __future__ import annotations


class MissingName(Exception):
    """A template asks for a name that its context does not have."""


class Missing(str):
    """A `string_if_invalid` that raises; its own text, with a `%s`, says what is missing."""

    def __mod__(self, variable: object) -> str:
        raise MissingName(super().__mod__(str(variable)))

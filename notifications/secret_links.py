"""Secret links in emails: stored as a purpose with arguments, made when sent or shown.

An app that knows a secret registers how its path is made. An email's context then holds
`{"secret_link": {"purpose": "...", **arguments}}` in place of the address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings

MakePath = Callable[..., str]

_MAKERS: dict[str, MakePath] = {}


class SecretLinkGone(Exception):
    """The link can never work again, so that its email is not worth sending."""


def register(purpose: str, make_path: MakePath) -> None:
    """Say how the path of a purpose's link is made from the arguments in the email.

    `make_path(**arguments)` returns a path that begins with a slash, the same one each time,
    and raises SecretLinkGone when the link is dead. Raises ValueError when the purpose is
    taken.
    """
    if _MAKERS.get(purpose, make_path) is not make_path:
        raise ValueError(f"Secret links for {purpose} are registered already.")
    _MAKERS[purpose] = make_path


def is_secret_link(value: object) -> bool:
    """Return whether a value in an email's context stands for a secret link."""
    return isinstance(value, Mapping) and set(value) == {"secret_link"}


def address(value: Mapping[str, Mapping[str, object]]) -> str:
    """Return the whole address a secret link in a context stands for.

    Raises LookupError for a purpose nobody registered, SecretLinkGone for a dead link.
    """
    arguments = dict(value["secret_link"])
    purpose = str(arguments.pop("purpose"))
    if purpose not in _MAKERS:
        raise LookupError(f"Nobody makes secret links for {purpose}.")
    return settings.CONSOLE_ORIGIN + _MAKERS[purpose](**arguments)

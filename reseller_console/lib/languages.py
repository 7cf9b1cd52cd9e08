"""The languages the console speaks."""

from __future__ import annotations

from django.conf import settings

ENGLISH = "en"


def spoken(language: str) -> str:
    """Return `language` where the console's words are translated to it, else English.

    A country's variant, such as `de-at`, is the language itself.
    """
    language = language.lower().split("-")[0]
    return language if language in dict(settings.LANGUAGES) else ENGLISH

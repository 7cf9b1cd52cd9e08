"""An email as it will be sent, once in each language it goes out in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from notifications import outbox


@dataclass(frozen=True)
class Preview:
    """What one recipient will read; `others` get it in the same language."""

    language: str
    address: str
    others: int
    subject: str
    text: str


def previews(drafts: Iterable[outbox.Draft]) -> list[Preview]:
    """Return the first email of each language, with how many more there are."""
    of_language: dict[str, list[outbox.Draft]] = {}
    for draft in drafts:
        of_language.setdefault(draft.get("language", "en"), []).append(draft)
    names = dict(settings.LANGUAGES)
    found = []
    for language, some in of_language.items():
        written = outbox.preview(some[0])
        found.append(
            Preview(
                language=str(names.get(language, language)),
                address=some[0]["to_address"],
                others=len(some) - 1,
                subject=written.subject,
                text=written.text,
            )
        )
    return found

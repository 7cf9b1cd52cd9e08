"""An email as it will be sent, once in each language it goes out in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language_info

from notifications import outbox


@dataclass(frozen=True)
class Preview:
    """What one recipient will read; `others` get it in the same language, each named."""

    language: str
    address: str
    others: list[str]
    subject: str
    text: str


def previews(drafts: Iterable[outbox.Draft], names: Mapping[str, str]) -> list[Preview]:
    """Return the first email of each language, and who else gets one in it.

    `names` are those of the customers by their VIP ID.
    """
    of_language: dict[str, list[outbox.Draft]] = {}
    for draft in drafts:
        of_language.setdefault(draft.get("language", "en"), []).append(draft)
    found = []
    for language, some in of_language.items():
        written = outbox.preview(some[0])
        found.append(
            Preview(
                language=get_language_info(language)["name"],
                address=some[0]["to_address"],
                others=[f"{names[one['about']]}: {one['to_address']}" for one in some[1:]],
                subject=written.subject,
                text=written.text,
            )
        )
    return found

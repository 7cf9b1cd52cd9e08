"""The sentences of events: each app declares its kinds here, every page reads them here."""

from __future__ import annotations

from django.db.models import TextChoices

from reseller_console.accounts.models import Event

_SENTENCES: dict[str, object] = {}


def declare(kinds: type[TextChoices]) -> type[TextChoices]:
    """Register an app's kinds of event; each label is a sentence with `{details}` in braces.

    Raises ValueError when a kind is declared twice.
    """
    for kind in kinds:
        if kind.value in _SENTENCES:
            raise ValueError(f"Event kind {kind.value} is declared twice.")
        _SENTENCES[kind.value] = kind.label
    return kinds


class _Details(dict[str, object]):
    """Details that were not recorded read as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def sentence(event: Event) -> str:
    """Return what happened, in words, without the person's name."""
    template = str(_SENTENCES.get(event.kind, event.kind))
    return template.format_map(_Details(event.details))


@declare
class TeamKind(TextChoices):
    """What can happen to a colleague's account."""

    INVITED = "colleague_invited", "invited {email} as {role}"
    ROLE_CHANGED = "role_changed", "changed the role of {email} from {old} to {new}"
    DEACTIVATED = (
        "colleague_deactivated",
        "deactivated {email}; {count} customers went to {successor}",
    )
    REACTIVATED = "colleague_reactivated", "reactivated {email}"
    HANDED_OVER = "primary_handed_over", "handed the primary admin's role to {email}"
    JOINED = "colleague_joined", "{email} chose a password and joined"
